//! What all servers serve, and what each of them is told.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

const FILES: [(&str, usize); 3] = [("1k.html", 1 << 10), ("100k.bin", 100 << 10), ("10m.bin", 10 << 20)];

const TYPES: &str = "text/html html\napplication/octet-stream bin\n";

/// As many as there are connections, for the MPMs that serve one connection with each process or thread.
const LIMITS: [(&str, &str); 3] = [
    (
        "prefork",
        "StartServers 64\nMinSpareServers 64\nMaxSpareServers 300\nServerLimit 400\nMaxRequestWorkers 400\n",
    ),
    ("worker", "StartServers 4\nServerLimit 16\nThreadsPerChild 64\nMaxRequestWorkers 1024\n"),
    (
        "event",
        "StartServers 2\nServerLimit 16\nThreadsPerChild 64\nMaxRequestWorkers 1024\nAsyncRequestWorkerFactor 64\n",
    ),
];

/// A folder with documents and configurations.
pub(crate) struct Site(TempDir);

impl Site {
    pub(crate) fn new() -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        // Servers that were started as root serve as somebody else.
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755))?;
        fs::create_dir(folder.path().join("htdocs"))?;
        for (name, size) in FILES {
            let contents: Vec<u8> = (0..size).map(|place| b"0123456789abcdef"[place % 16]).collect();
            fs::write(folder.path().join("htdocs").join(name), contents)?;
        }
        fs::write(folder.path().join("mime.types"), TYPES)?;
        Ok(Self(folder))
    }

    pub(crate) fn root(&self) -> &Path {
        self.0.path()
    }

    /// A configuration for Weir and, with its modules in `load`, for Apache.
    pub(crate) fn httpd_conf(&self, name: &str, port: u16, mpm: &str, load: &str) -> io::Result<String> {
        let root = self.root().display();
        let limits = LIMITS.iter().find(|row| row.0 == mpm).map_or("", |row| row.1);
        let user = if os::user::is_root() { "User www-data\nGroup www-data\n" } else { "" };
        self.write(
            name,
            &format!(
                "ServerRoot \"{root}\"\nPidFile \"{root}/{name}.pid\"\n{load}Listen 127.0.0.1:{port}\n\
                 ServerName localhost\n{user}TypesConfig \"{root}/mime.types\"\nDocumentRoot \"{root}/htdocs\"\n\
                 ErrorLog \"{root}/{name}.err\"\nKeepAlive On\nMaxKeepAliveRequests 0\nKeepAliveTimeout 60\n\
                 <Directory />\n  AllowOverride None\n  Require all granted\n</Directory>\n{limits}"
            ),
        )
    }

    /// A configuration for nginx, with lines of its `http` block and parameters of its `listen`.
    pub(crate) fn nginx_conf(&self, name: &str, port: u16, lines: &str, listen: &str) -> io::Result<String> {
        let root = self.root().display();
        self.write(
            name,
            &format!(
                "worker_processes 1; daemon off; pid {root}/{name}.pid; error_log {root}/{name}.err;\n\
                 events {{ worker_connections 20000; }}\n\
                 http {{ access_log off; {lines} keepalive_requests 100000000; keepalive_timeout 60s;\n\
                 types {{ text/html html; application/octet-stream bin; }}\n\
                 client_body_temp_path {root}/b; proxy_temp_path {root}/p; fastcgi_temp_path {root}/f;\n\
                 uwsgi_temp_path {root}/u; scgi_temp_path {root}/s;\n\
                 open_file_cache max=1000 inactive=20s; open_file_cache_valid 1s;\n\
                 server {{ listen 127.0.0.1:{port} backlog=4096{listen}; root {root}/htdocs; }} }}\n"
            ),
        )
    }

    fn write(&self, name: &str, text: &str) -> io::Result<String> {
        let file = self.root().join(format!("{name}.conf"));
        fs::write(&file, text)?;
        Ok(file.display().to_string())
    }
}
