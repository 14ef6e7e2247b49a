//! Written by configure: what is linked in, in this order, and where things are.

use httpd::facts::{Build, Facts};
use httpd::module::{linked, linked_mpm};

pub static BUILD: Build = Build {
    mpm: Some(linked_mpm(&mpm::MODULE, {{ crate.mpm.file | rust }})),
    modules: &[
{%- for module in crate.modules %}
        linked(&{{ module.package }}::MODULE, {{ module.file | rust }}),
{%- endfor %}
    ],
    facts: Facts {
        program_name: {{ program_name | rust }},
        mpm_name: {{ crate.mpm.name | rust }},
        mpm_dir: {{ crate.mpm.folder | rust }},
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
    core: None,
};
