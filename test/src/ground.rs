//! A server's own folder for the time of a test: configuration, logs, documents.

use std::env;
use std::fs::{self, File, FileTimes, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tempfile::TempDir;

use crate::case::{Case, Thing, ThingKind, Words};

/// Where this is set in the environment, folders stay, for people to look at.
const KEEP: &str = "HTTPD_TEST_KEEP";

/// 2024-01-01 00:00:00 UTC: the time of every file that does not say otherwise.
const TIME: u64 = 1_704_067_200;

/// What the documents of cases are.
pub const MIME_TYPES: &str = "text/html html htm\ntext/plain txt\ntext/css css\ntext/javascript js\napplication/json json\n\
    application/xml xml\napplication/pdf pdf\nimage/png png\nimage/jpeg jpeg jpg\nimage/gif gif\nimage/svg+xml svg\n\
    image/x-icon ico\nfont/woff2 woff2\nfont/woff woff\n";

/// ServerRoot of a test, gone when it is dropped.
pub struct Ground {
    root: PathBuf,
    docroot: PathBuf,
    _folder: TempDir,
}

impl Ground {
    /// An empty ServerRoot that any user may look into: a server started by root serves as somebody else.
    pub fn new() -> io::Result<Self> {
        let mut folder = tempfile::Builder::new().prefix("httpd-test-").tempdir()?;
        folder.disable_cleanup(env::var_os(KEEP).is_some());
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755))?;
        let root = folder.path().canonicalize()?;
        let docroot = root.join("htdocs");
        for folder in ["conf", "logs", "htdocs"] {
            fs::create_dir(root.join(folder))?;
        }
        fs::write(root.join("conf/mime.types"), MIME_TYPES)?;
        Ok(Self { root, docroot, _folder: folder })
    }

    /// ServerRoot.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The document root.
    pub fn docroot(&self) -> &Path {
        &self.docroot
    }

    /// The main configuration file.
    pub fn conf_file(&self) -> PathBuf {
        self.root.join("conf/httpd.conf")
    }

    /// The pid file of the base configuration.
    pub fn pid_file(&self) -> PathBuf {
        self.root.join("logs/httpd.pid")
    }

    /// The tests run as root: what they make is root's.
    pub fn is_roots(&self) -> bool {
        fs::metadata(&self.root).is_ok_and(|folder| folder.uid() == 0)
    }

    /// What `${...}` stands for here.
    pub fn words(&self, port: Option<u16>) -> Words<'_> {
        Words { root: &self.root, docroot: &self.docroot, port }
    }

    /// Everything that was written to a log so far.
    pub fn log(&self, name: &str) -> String {
        let bytes = fs::read(self.root.join("logs").join(name)).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Puts a document below the document root.
    pub fn document(&self, name: &str, contents: impl AsRef<[u8]>) -> io::Result<()> {
        write(&self.docroot.join(name), contents.as_ref(), None, None)
    }

    /// Writes the configuration, for a server on that port (0 leaves the choice to the system).
    pub fn configure(&self, port: u16, lines: &str) -> io::Result<()> {
        fs::write(self.conf_file(), self.base(port))?;
        fs::write(self.root.join("conf/test.conf"), lines)
    }

    /// Writes a case's configuration and lays out its things.
    pub fn lay(&self, case: &Case, port: u16) -> io::Result<()> {
        let words = self.words((port != 0).then_some(port));
        let conf = case.conf.written(&words);
        if case.whole {
            fs::write(self.conf_file(), conf)?;
        } else {
            self.configure(port, &String::from_utf8_lossy(&conf))?;
        }
        case.things.iter().try_for_each(|thing| self.put(thing, &words))
    }

    fn put(&self, thing: &Thing, words: &Words<'_>) -> io::Result<()> {
        let path = self.docroot.join(words.fill(&thing.name));
        match &thing.kind {
            ThingKind::File(text, mode, time) => write(&path, &text.written(words), *mode, *time),
            ThingKind::Directory => fs::create_dir_all(path),
            ThingKind::Link(target) => {
                fs::create_dir_all(path.parent().unwrap_or(&path))?;
                drop(fs::remove_file(&path));
                symlink(words.fill(target), path)
            }
        }
    }

    /// Whom to serve as, where root starts the server.
    pub fn user(&self) -> &'static str {
        if self.is_roots() {
            "<IfModule mod_unixd.c>\n    User #65534\n    Group #65534\n</IfModule>\n"
        } else {
            ""
        }
    }

    /// The least that a server needs, few processes, and what the shipped configuration grants.
    fn base(&self, port: u16) -> String {
        let root = self.root.display();
        let user = self.user();
        format!(
            "ServerRoot \"{root}\"\nListen 127.0.0.1:{port}\nServerName localhost\nDocumentRoot \"{root}/htdocs\"\n\
             PidFile logs/httpd.pid\nErrorLog logs/error_log\n\
             <IfModule mod_mime.c>\n    TypesConfig conf/mime.types\n</IfModule>\n\
             {FEW}\
             <IfModule mod_authz_core.c>\n    <Directory \"/\">\n        Require all granted\n    </Directory>\n</IfModule>\n\
             {user}Include conf/test.conf\n"
        )
    }
}

/// Few processes, whatever the MPM.
const FEW: &str = "\
<IfModule prefork.c>
    StartServers 1
    MinSpareServers 1
    MaxSpareServers 4
</IfModule>
<IfModule worker.c>
    StartServers 1
    ThreadsPerChild 4
    MinSpareThreads 2
    MaxSpareThreads 8
</IfModule>
<IfModule event.c>
    StartServers 1
    ThreadsPerChild 4
    MinSpareThreads 2
    MaxSpareThreads 8
</IfModule>
<IfModule perchild.c>
    NumServers 1
    StartThreads 2
    MinSpareThreads 2
    MaxSpareThreads 4
</IfModule>
<IfModule leader.c>
    StartServers 1
    ThreadsPerChild 4
    MinSpareThreads 2
    MaxSpareThreads 8
</IfModule>
<IfModule threadpool.c>
    StartServers 1
    ThreadsPerChild 4
    MinSpareThreads 2
    MaxSpareThreads 8
</IfModule>
<IfModule mpm_winnt.c>
    ThreadsPerChild 8
</IfModule>
<IfModule mpmt_os2.c>
    StartServers 1
    MinSpareThreads 2
    MaxSpareThreads 8
</IfModule>
<IfModule beos.c>
    StartThreads 4
    MinSpareThreads 2
    MaxSpareThreads 8
</IfModule>
<IfModule mpm_netware.c>
    StartThreads 4
    MinSpareThreads 2
    MaxSpareThreads 8
</IfModule>
";

fn write(path: &Path, contents: &[u8], mode: Option<u32>, time: Option<u64>) -> io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(path))?;
    fs::write(path, contents)?;
    let time = SystemTime::UNIX_EPOCH + Duration::from_secs(time.unwrap_or(TIME));
    File::options().append(true).open(path)?.set_times(FileTimes::new().set_modified(time))?;
    match mode {
        Some(mode) => fs::set_permissions(path, Permissions::from_mode(mode)),
        None => Ok(()),
    }
}
