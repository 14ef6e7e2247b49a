# Written by configure: what was decided, for make and for anyone who asks.

srcdir = {{ srcdir }}
VERSION = {{ version }}
PROGRAM_NAME = {{ program_name }}{{ program_suffix }}
progname = {{ program_name }}
MPM_NAME = {{ mpm }}
MODULES = {{ modules | join(sep=" ") }}
SHARED = {% for module in shared %}{{ module.package }}{{ "" if loop.last else " " }}{% endfor %}
DYNAMIC = {{ "yes" if dynamic else "no" }}
PROFILE = {{ "dso" if dynamic else "release" }}
PORT = {{ port }}
TARGET = {{ target }}
BUILD = {{ build }}
CARGO = {{ cargo | make }}
LAYOUT_FILE = {{ layout_file }}
RUSTC_PROGRAM = {{ rustc | make }}
RUSTC_VERSION = {{ rustc_version }}
{% for line in directories -%}
{{ line[0] }} = {{ line[1] }}
{% endfor -%}
{% for line in variables -%}
export {{ line[0] }} = {{ line[1] | make }}
{% endfor -%}
