"""The road: what the platform brings to a repository, from the data contract to the server.

It imports nothing of the project. What varies stands in `project.yaml` and `brief.yaml`; where Python is needed,
`project.yaml` names a hook.
"""

__version__ = "1.0.0"
