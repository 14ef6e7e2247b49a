//! Written by configure: what is linked in, in this order, and where things are.

use httpd::facts::{Build, Facts};
{%- if crate.modules %}
use httpd::module::linked;
{%- endif %}
{%- if crate.mpm %}
use httpd::module::linked_mpm;
{%- endif %}

pub static BUILD: Build = Build {
    mpm: {% if crate.mpm %}Some(linked_mpm(&mpm::MODULE, {{ crate.mpm.file | rust }})){% else %}None{% endif %},
    modules: &[
{%- for module in crate.modules %}
        linked(&{{ module.krate }}::MODULE, {{ module.file | rust }}),
{%- endfor %}
    ],
    facts: Facts {
        program_name: {{ program_name | rust }},
        mpm_name: {{ (crate.mpm.name if crate.mpm else mpm) | rust }},
        mpm_dir: {{ (crate.mpm.folder if crate.mpm else mpm_dir) | rust }},
        server_root: {{ dirs.prefix | rust }},
        bindir: {{ below.bindir | rust }},
        sbindir: {{ below.sbindir | rust }},
        libexecdir: {{ below.libexecdir | rust }},
        sysconfdir: {{ below.sysconfdir | rust }},
        htdocsdir: {{ below.htdocsdir | rust }},
        errordir: {{ below.errordir | rust }},
        iconsdir: {{ below.iconsdir | rust }},
        cgidir: {{ below.cgidir | rust }},
        localstatedir: {{ below.localstatedir | rust }},
        runtimedir: {{ below.runtimedir | rust }},
        logfiledir: {{ below.logfiledir | rust }},
        config_file: {{ files.config | rust }},
        types_config: {{ files.types | rust }},
        pid_file: {{ files.pid | rust }},
        error_log: {{ files.error_log | rust }},
        scoreboard: {{ files.scoreboard | rust }},
        default_port: {{ port | rust }},
        elsewhere: include_str!("elsewhere.txt"),
        target: env!("BUILT_FOR"),
        rustc: env!("BUILT_BY"),
        built: env!("BUILT"),
    },
    core: {% if crate.dynamic %}Some(&httpd_core::CORE){% else %}None{% endif %},
};
