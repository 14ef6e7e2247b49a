//! What the program prints, and with which code it ends: scripts everywhere read this.

use std::path::Path;
use std::process::{Command, Output};
use std::{fs, io};

use libtest_mimic::{Completion, Failed};

use super::Test;
use crate::expect;
use crate::ground::Ground;
use crate::httpd::Program;
use crate::wait::wait_for;

pub(super) const TESTS: &[Test] = &[
    ("l-lists-modules", |program| {
        prints(program, &["-l"], "Compiled in modules:\n~ ^  core\\.c$\n~ ^  http_core\\.c$")
    }),
    ("l-lists-one-mpm", one_mpm),
    ("directives", |program| {
        prints(
            program,
            &["-L"],
            "~ ^DocumentRoot \\(core\\.c\\)$\n~ ^\\t[A-Z].*\n~ ^\\tAllowed in \\*\\.conf ",
        )
    }),
    ("version", |program| prints(program, &["-v"], VERSION)),
    ("facts", facts),
    ("moved-tree", moved_tree),
    ("numbers-in-effect", in_effect),
    ("syntax-ok", |program| checks(program, "", &["-t"], (0, "Syntax OK"))),
    ("syntax-error", |program| {
        checks(
            program,
            "Nonsense\n",
            &["-t"],
            (1, "~ ^.*Syntax error on line 1 of .*/conf/test.conf:$\nNonsense"),
        )
    }),
    ("modules", |program| {
        checks(
            program,
            "",
            &["-M"],
            (
                0,
                "Loaded Modules:\n~ ^ core_module \\(static\\)$\n~ ^ mpm_[a-z0-9_]+_module \\((static|shared)\\)$",
            ),
        )
    }),
    ("json", |program| {
        let shown = "~ ^\\{\"modules\":\\[\\{\"symbol\":\"core_module\",\"file\":\"core.c\",\"form\":\"static\"\\},.*\\]\\}$";
        checks(program, "", &["-M", "--json"], (0, shown))
    }),
    ("json-of-virtual-hosts", |program| {
        let shown = "~ \"address\":\"\\*:80\",\"hosts\":\\[\\{\"name\":\"a\",\"port\":null,\"aliases\":\\[\"b\"\\],\"file\":\".*test.conf\",\"line\":1\\}\\]";
        checks(
            program,
            "<VirtualHost *:80>\nServerName a\nServerAlias b\n</VirtualHost>\n",
            &["-S", "--json"],
            (0, shown),
        )
    }),
    ("configuration", |program| {
        checks(
            program,
            "Define x y\n<IfDefine x>\n<Files ${x}>\nOptions None\n</Files>\n</IfDefine>\n",
            &["-t", "-D", "DUMP_CONFIG"],
            (0, "~ ^# In file: .*test.conf$\n# line 3:\n<Files y>\n  # line 4:\n  Options None\n</Files>"),
        )
    }),
    ("json-of-the-configuration", |program| {
        let shown = "~ \\{\"directive\":\"Files\",\"arguments\":\"\\\\\"x\\\\\"\",\"file\":\".*test.conf\",\"line\":1,\"inside\":\\[\\{\"directive\":\"Options\",\"arguments\":\"None\",\"file\":\".*test.conf\",\"line\":2,\"inside\":null\\}\\]\\}";
        checks(
            program,
            "<Files \"x\">\nOptions None\n</Files>\n",
            &["-t", "-D", "DUMP_CONFIG", "--json"],
            (0, shown),
        )
    }),
    ("graceful-refused", |program| {
        checks(program, "Nonsense\n", &["-k", "graceful"], (1, "Invalid command 'Nonsense'"))
    }),
    ("virtual-hosts", |program| checks(program, VHOSTS, &["-S"], (0, VHOSTS_SHOWN))),
    ("virtual-host-alone", |program| checks(program, VHOSTS, &["-S"], (0, VHOST_ALONE))),
    ("defines", |program| {
        checks(program, "<IfDefine GREEN>\nNonsense\n</IfDefine>\n", &["-D", "GREEN", "-t"], (1, "Nonsense"))
    }),
    ("before-and-after", |program| {
        checks(
            program,
            "Define x y\n",
            &["-C", "Define BEFORE 1", "-c", "<IfDefine BEFORE>\nNonsense\n</IfDefine>", "-t"],
            (1, "Nonsense"),
        )
    }),
    ("unknown-option", |program| refuses(program, &["-y"], "~ ^Usage: ")),
    ("unknown-action", |program| refuses(program, &["-k", "dance"], "dance")),
    ("unknown-level", |program| refuses(program, &["-e", "loud"], "loud")),
    ("no-configuration", |program| {
        refuses(program, &["-f", "/no/such/httpd.conf", "-t"], "/no/such/httpd.conf")
    }),
];

const VERSION: &str = "~ ^Server version: Weir/[0-9]+\\.[0-9]+\\.[0-9]+ \\([A-Za-z0-9]+\\)$\n\
    ~ ^Server built:   [A-Z][a-z]{2} [ 0-9][0-9] [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2}$";

const VHOSTS: &str = "<VirtualHost *:8080>\n    ServerName one.example.org\n    ServerAlias uno.example.org *.one.example.org\n</VirtualHost>\n\
    <VirtualHost *:8080>\n    ServerName two.example.org\n</VirtualHost>\n\
    <VirtualHost 127.0.0.1:8081>\n    ServerName three.example.org\n</VirtualHost>\n";

const VHOST_ALONE: &str = "~ ^127\\.0\\.0\\.1:8081 {9}three\\.example\\.org \\(.*/conf/test\\.conf:8\\)$";

const VHOSTS_SHOWN: &str = "VirtualHost configuration:\n\
    ~ ^\\*:8080 {17}is a NameVirtualHost$\n\
    ~ ^ {9}default server one\\.example\\.org \\(.*/conf/test\\.conf:1\\)$\n\
    ~ ^ {9}port 8080 namevhost one\\.example\\.org \\(.*/conf/test\\.conf:1\\)$\n\
    ~ ^ {17}alias uno\\.example\\.org$\n\
    ~ ^ {17}wild alias \\*\\.one\\.example\\.org$\n\
    ~ ^ {9}port 8080 namevhost two\\.example\\.org \\(.*/conf/test\\.conf:5\\)$\n\
    ~ ^ServerRoot: \"";

fn one_mpm(program: &Program) -> Result<Completion, Failed> {
    const MPMS: [&str; 11] = [
        "prefork.c",
        "worker.c",
        "event.c",
        "perchild.c",
        "leader.c",
        "threadpool.c",
        "mpm_winnt.c",
        "beos.c",
        "mpm_netware.c",
        "mpmt_os2.c",
        "single.c",
    ];
    let linked: Vec<_> = program.modules.iter().filter(|module| MPMS.contains(&module.as_str())).collect();
    if linked.len() == 1 {
        Ok(Completion::Completed)
    } else {
        Err(format!("these MPMs are compiled in: {linked:?}").into())
    }
}

fn facts(program: &Program) -> Result<Completion, Failed> {
    let defines = [
        "HTTPD_ROOT",
        "DEFAULT_PIDLOG",
        "DEFAULT_SCOREBOARD",
        "DEFAULT_ERRORLOG",
        "AP_TYPES_CONFIG_FILE",
        "SERVER_CONFIG_FILE",
    ];
    // One that is loaded is not known before a configuration is read.
    let mpm = if program.loads_mpm {
        "none: ".to_owned()
    } else {
        format!("{}$\n~ ^  threaded:     (yes|no)\n~ ^    forked:     (yes|no)", program.mpm)
    };
    let expected = format!(
        "{VERSION}\n~ ^Architecture:   [0-9]+-bit$\n~ ^Server MPM:     {mpm}\nServer compiled with....\n"
    );
    prints(program, &["-V"], &expected)?;
    for name in defines {
        prints(program, &["-V"], &format!("~ ^ -D {name}=\"[^\"]+\"$"))?;
    }
    Ok(Completion::Completed)
}

/// An installed tree that was moved as a whole finds its configuration, and what that names, where it is now.
fn moved_tree(program: &Program) -> Result<Completion, Failed> {
    let settings = String::from_utf8(program.run(["-V"])?.stdout)?;
    let defined = |name: &str| settings.split_once(&format!("-D {name}=\""))?.1.split('"').next();
    let (root, conf) = (defined("HTTPD_ROOT").unwrap_or("/"), defined("SERVER_CONFIG_FILE").unwrap_or("/"));
    if conf.starts_with('/') || Path::new(root).join(conf).exists() {
        return Ok(Completion::ignored_with("this layout cannot be moved, or is installed here"));
    }
    let ground = Ground::new()?;
    let moved = ground.root().join("bin/httpd");
    fs::create_dir(ground.root().join("bin"))?;
    fs::copy(program.path(), &moved)?;
    // A child that another test is just starting may still have the copy open for writing.
    let runs = wait_for("a copy that nobody writes to", || match Command::new(&moved).arg("-v").output() {
        Err(busy) if busy.kind() == io::ErrorKind::ExecutableFileBusy => None,
        output => Some(output),
    })?;
    if !runs?.status.success() {
        return Ok(Completion::ignored_with("this program does not run without the libraries beside it"));
    }
    let conf = ground.root().join(conf);
    fs::write(conf, format!("Listen 127.0.0.1:0\nServerName localhost\n{}", ground.user()))?;
    let output = Command::new(&moved).args(["-t", "-D", "DUMP_RUN_CFG"]).output()?;
    let (root, documents) = (ground.root().display(), ground.docroot().display());
    let expected = format!("ServerRoot: \"{root}\"\nMain DocumentRoot: \"{documents}\"");
    judge(&output, 0, &expected, &output.stdout)
}

/// What was written too high is told with what is taken, and both `-V` and the dump show that.
fn in_effect(program: &Program) -> Result<Completion, Failed> {
    let (conf, told, taken) = match &*program.mpm {
        "prefork" => ("ServerLimit 7\nMaxRequestWorkers 9\n", "MaxRequestWorkers 9", "MaxRequestWorkers: 7"),
        "worker" | "event" | "leader" | "threadpool" => {
            ("ThreadsPerChild 9\nThreadLimit 7\n", "ThreadsPerChild 9", "ThreadsPerChild: 7")
        }
        "mpm_winnt" => ("ThreadsPerChild 9\nThreadLimit 7\n", "ThreadsPerChild 9", "ThreadsPerChild: 7"),
        _ => return Ok(Completion::ignored_with("this MPM has its own tests of that")),
    };
    checks(program, conf, &["-t"], (0, &format!("{told} is more than\nSyntax OK")))?;
    checks(program, conf, &["-t", "-D", "DUMP_RUN_CFG"], (0, taken))?;
    checks(program, conf, &["-V"], (0, &format!("In effect by \n {taken}")))
}

/// Ends with 0, and prints this on its standard output.
fn prints(program: &Program, arguments: &[&str], expected: &str) -> Result<Completion, Failed> {
    let output = program.run(arguments)?;
    judge(&output, 0, expected, &output.stdout)
}

/// Ends with 1, and prints this on its standard error.
fn refuses(program: &Program, arguments: &[&str], expected: &str) -> Result<Completion, Failed> {
    let output = program.run(arguments)?;
    judge(&output, 1, expected, &output.stderr)
}

/// With these lines as its configuration: the exit code and what is printed, wherever.
fn checks(
    program: &Program,
    conf: &str,
    arguments: &[&str],
    (code, expected): (i32, &str),
) -> Result<Completion, Failed> {
    let ground = Ground::new()?;
    ground.configure(0, conf)?;
    let output = program.run_with(&ground, arguments)?;
    judge(&output, code, expected, &[&*output.stdout, &output.stderr].concat())
}

fn judge(output: &Output, code: i32, expected: &str, came: &[u8]) -> Result<Completion, Failed> {
    let lines: Vec<String> = expected.lines().map(str::to_owned).collect();
    let missing = expect::held(&lines, came);
    if missing.is_empty() && output.status.code() == Some(code) {
        return Ok(Completion::Completed);
    }
    let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text).into_owned());
    Err(format!(
        "{}, expected code {code}; standard output:\n{out}\nstandard error:\n{err}\nexpected\n  {}",
        output.status,
        missing.join("\n  ")
    )
    .into())
}
