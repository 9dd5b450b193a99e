"""What runs the assessments: one process, a pool or a cluster."""
