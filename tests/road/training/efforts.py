"""How hard the trainings of tests try: hardly, so that they take no time."""

from {{ package_name }}.parameters import Parameters
{% if framework == 'sklearn' %}
QUICK = Parameters(max_iter=60, learning_rate=0.2)
POOR = Parameters(max_iter=30, learning_rate=0.2)
HOPELESS = Parameters(max_iter=1)
{%- else %}
QUICK = Parameters(max_epochs=10)
POOR = Parameters(max_epochs=5)
HOPELESS = Parameters(max_epochs=1, learning_rate=1e-6)
{%- endif %}
