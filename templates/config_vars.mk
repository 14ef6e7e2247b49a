# Written by configure: what was decided, for make and for anyone who asks.

srcdir = {{ srcdir }}
VERSION = {{ version }}
PROGRAM_NAME = {{ program_name }}{{ program_suffix }}
MPM_NAME = {{ mpm }}
MODULES = {{ modules | join(sep=" ") }}
PORT = {{ port }}
TARGET = {{ target }}
BUILD = {{ build }}
CARGO = {{ cargo | make }}
LAYOUT_FILE = {{ layout_file }}
{% for line in directories -%}
{{ line[0] }} = {{ line[1] }}
{% endfor -%}
{% for line in variables -%}
export {{ line[0] }} = {{ line[1] | make }}
{% endfor -%}
