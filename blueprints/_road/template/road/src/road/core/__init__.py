"""What every part of the road needs: brief, project, contract, bundle, settings and logs."""
