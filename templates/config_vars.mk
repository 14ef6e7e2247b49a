# Written by configure: what was decided, for make and for anyone who asks.

srcdir = {{ srcdir }}
VERSION = {{ version }}
PROGRAM_NAME = {{ program_name }}{{ program_suffix }}
MPM_NAME = {{ mpm }}
MODULES = {{ modules | join(sep=" ") }}
SHARED = {{ shared | map(attribute="package") | join(sep=" ") }}
DYNAMIC = {{ "yes" if dynamic else "no" }}
PROFILE = {{ "dso" if dynamic else "release" }}
PORT = {{ port }}
TARGET = {{ target }}
BUILD = {{ build }}
CARGO = {{ cargo | make }}
LAYOUT_FILE = {{ layout_file }}
RUSTC_PROGRAM = {{ rustc | make }}
{% for line in directories -%}
{{ line[0] }} = {{ line[1] }}
{% endfor -%}
{% for line in variables -%}
export {{ line[0] }} = {{ line[1] | make }}
{% endfor -%}
