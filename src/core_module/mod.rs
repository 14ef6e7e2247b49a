//! The core's own directives: `core.c` ([`Core`], with what all MPMs share) and `http_core.c` ([`HttpCore`]), and the
//! typed configurations that they fill.

mod accepted;
mod choices;
mod core;
mod documents;
mod http_core;
mod language;
mod levels;
mod mpm_common;
mod mutex;
mod names;
mod options;
mod protocols;
mod scripts;
mod settings;

use std::sync::Arc;
use std::time::Duration;

pub use self::core::{CORE, Core};
pub use choices::{
    AcceptPathInfo, AllowEncodedSlashes, HostnameLookups, ServerSignature, ServerTokens, TraceEnable,
    UseCanonicalName,
};
pub use documents::ErrorDocument;
pub use http_core::{HTTP_CORE, HttpConfig, HttpCore};
pub use mpm_common::MpmCommon;
pub use options::{AllowOverride, Change, ETagParts, Flags, Options};
pub use scripts::{Bound, CgiVariable, ResourceLimit};

use crate::config::{Scope, Template};
use crate::request::Request;
use crate::server::log::{Levels, LogFile};
use crate::server::log_format::LogFormat;
use documents::ErrorDocuments;
use levels::LogLevels;
use names::Names;
use settings::settings;

settings! {
    /// What the directives of `core.c` set.
    pub struct CoreConfig
    values {
        /// Timeout: how long the server waits for bytes of a client in either direction.
        timeout: Duration = Duration::from_secs(60),
        /// LimitRequestLine: the longest request line, in bytes.
        limit_request_line: usize = 8190,
        /// LimitRequestFieldSize: the longest header field, in bytes.
        limit_request_field_size: usize = 8190,
        /// LimitRequestFields: how many header fields a request may have; 0 is no limit.
        limit_request_fields: usize = 100,
        /// LimitRequestBody: the longest body of a request, in bytes; 0 is no limit.
        limit_request_body: u64 = 1 << 30,
        /// LimitInternalRecursion: how many internal redirects may follow each other, and how deep sub-requests nest.
        limit_internal_recursion: Recursion = Recursion { redirects: 10, sub_requests: 10 },
        /// MaxRanges: how many ranges one answer may have.
        max_ranges: MaxRanges = MaxRanges::AtMost(200),
        /// MaxRangeOverlaps: how many ranges of a request may overlap the one before.
        max_range_overlaps: MaxRanges = MaxRanges::AtMost(20),
        /// MaxRangeReversals: how many ranges of a request may begin before the one before.
        max_range_reversals: MaxRanges = MaxRanges::AtMost(20),
        /// AcceptPathInfo: whether a path may go on after a file's name.
        accept_path_info: AcceptPathInfo = AcceptPathInfo::Default,
        /// AllowOverride: what `.htaccess` files may set.
        allow_override: AllowOverride = AllowOverride::NONE,
        /// AllowEncodedSlashes: what `%2F` in a path means.
        allow_encoded_slashes: AllowEncodedSlashes = AllowEncodedSlashes::Off,
        /// MergeSlashes: several slashes in a path are one.
        merge_slashes: bool = true,
        /// HttpProtocolOptions: how strictly requests are read.
        protocol_options: ProtocolOptions = ProtocolOptions::DEFAULT,
        /// TraceEnable: what becomes of `TRACE`.
        trace_enable: TraceEnable = TraceEnable::On,
        /// UseCanonicalName: where the name in the server's own URLs comes from.
        use_canonical_name: UseCanonicalName = UseCanonicalName::Off,
        /// UseCanonicalPhysicalPort: the port of the connection may stand in the server's own URLs.
        use_canonical_physical_port: bool = false,
        /// HostnameLookups: whether names of clients are asked for.
        hostname_lookups: HostnameLookups = HostnameLookups::Off,
        /// ServerTokens: what the `Server` field tells.
        server_tokens: ServerTokens = ServerTokens::Full,
        /// ServerSignature: the line under pages that the server makes.
        server_signature: ServerSignature = ServerSignature::Off,
        /// EnableSendfile: the kernel copies files to the client.
        enable_sendfile: bool = true,
        /// EnableMMAP: small files may be kept in memory.
        enable_mmap: bool = true,
        /// LimitXMLRequestBody: the longest body that is read as XML, in bytes; 0 is no limit.
        limit_xml_request_body: u64 = 1_000_000,
        /// StrictHostCheck: a Host field must name a virtual host of its address.
        strict_host_check: bool = false,
        /// QualifyRedirectURL: REDIRECT_URL is a whole URL.
        qualify_redirect_url: bool = false,
        /// SeeRequestTail: the scoreboard shows the ends of long request lines, not their beginnings. Main server only.
        see_request_tail: bool = false,
        /// ProtocolsHonorOrder: the server's order of protocols decides, not the client's.
        protocols_honor_order: bool = true,
        /// CGIPassAuth: scripts see the Authorization field.
        cgi_pass_auth: bool = false,
        /// RLimitCPU: seconds of processor time of a script.
        rlimit_cpu: ResourceLimit = ResourceLimit::UNSET,
        /// RLimitMEM: bytes of memory of a script.
        rlimit_mem: ResourceLimit = ResourceLimit::UNSET,
        /// RLimitNPROC: processes of a script's user.
        rlimit_nproc: ResourceLimit = ResourceLimit::UNSET,
    }
    kept {
        document_root: Arc<str>,
        server_admin: Arc<str>,
        default_charset: Word,
        force_type: Word,
        set_handler: SetHandler,
        output_filters: Arc<[Arc<str>]>,
        input_filters: Arc<[Arc<str>]>,
        protocols: Arc<[Arc<str>]>,
        methods: Arc<[Arc<str>]>,
        cgi_variables: Arc<[(Arc<str>, CgiVariable)]>,
        access_file_names: Arc<[String]>,
        allow_override_list: Arc<[String]>,
        error_log: Arc<LogFile>,
        error_log_format: Arc<LogFormat>,
    }
    parts {
        options: Change<Options>,
        etag_parts: Change<ETagParts>,
        error_documents: ErrorDocuments,
        levels: LogLevels,
        names: Names,
        mpm: MpmCommon,
    }
}

/// A word that can also be switched off where it was set outside: `ForceType None`.
type Word = Option<Arc<str>>;

/// SetHandler: which handler makes the answers.
#[derive(Debug, Clone)]
pub enum SetHandler {
    /// The one that the file's name says, whatever was set outside.
    None,
    /// This one, lower case.
    Named(Arc<str>),
    /// The one that an expression names.
    Computed(Arc<Template>),
}

impl SetHandler {
    /// The handler for a request, if there is one.
    pub fn handler(&self, r: &Request) -> Option<Arc<str>> {
        match self {
            Self::None => None,
            Self::Named(name) => Some(Arc::clone(name)),
            Self::Computed(name) => Some(name.text(&Scope::of(r)).to_ascii_lowercase().into()),
        }
    }
}

/// LimitInternalRecursion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recursion {
    /// How many internal redirects may follow each other.
    pub redirects: usize,
    /// How deep sub-requests may nest.
    pub sub_requests: usize,
}

/// MaxRanges: how many ranges one answer may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxRanges {
    /// Ranges are not served at all.
    None,
    /// As many as are asked for.
    Unlimited,
    /// So many; a request for more gets the whole.
    AtMost(usize),
}

impl MaxRanges {
    /// The most that are allowed, as a number.
    pub fn most(self) -> usize {
        match self {
            Self::None => 0,
            Self::Unlimited => usize::MAX,
            Self::AtMost(count) => count,
        }
    }
}

/// HttpProtocolOptions: how strictly requests are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProtocolOptions {
    /// What RFC 9112 does not allow is refused (`Strict`); otherwise bare line feeds and white space are forgiven.
    pub strict: bool,
    /// Methods that are not registered are refused with 501 (`RegisteredMethods`).
    pub registered_methods: bool,
    /// HTTP/0.9 is answered (`Allow0.9`).
    pub allow_0_9: bool,
}

impl ProtocolOptions {
    /// `HttpProtocolOptions Strict LenientMethods Require1.0`. Apache's default is `Allow0.9`: an answer without a head
    /// to a request without a version, which today is nearly always a mistake that would go unnoticed.
    pub const DEFAULT: Self = Self { strict: true, registered_methods: false, allow_0_9: false };
}

impl CoreConfig {
    /// DocumentRoot: absolute, without a slash at its end.
    pub fn document_root(&self) -> &str {
        self.document_root.as_deref().unwrap_or_default()
    }

    /// Options.
    pub fn options(&self) -> Options {
        self.options.over(Options::FOLLOW_SYM_LINKS)
    }

    /// FileETag: what entity tags of files are made of.
    pub fn file_etag(&self) -> ETagParts {
        self.etag_parts.over(ETagParts::MTIME | ETagParts::SIZE)
    }

    /// ErrorDocument for a status; `None` leaves it to the standard text.
    pub fn error_document(&self, status: u16) -> Option<&ErrorDocument> {
        self.error_documents.get(status)
    }

    /// LogLevel.
    pub fn log_levels(&self) -> &Levels {
        self.levels.levels()
    }

    /// ServerAdmin.
    pub fn server_admin(&self) -> Option<&str> {
        self.server_admin.as_deref()
    }

    /// AddDefaultCharset: the `charset` that `text/plain` and `text/html` get where none is said.
    pub fn add_default_charset(&self) -> Option<&Arc<str>> {
        self.default_charset.as_ref()?.as_ref()
    }

    /// ForceType: the media type of everything here.
    pub fn force_type(&self) -> Option<&Arc<str>> {
        self.force_type.as_ref()?.as_ref()
    }

    /// SetHandler: the handler of everything here.
    pub fn set_handler(&self) -> Option<&SetHandler> {
        self.set_handler.as_ref().filter(|handler| !matches!(handler, SetHandler::None))
    }

    /// SetOutputFilter: the filters of everything here, in the order in which they work.
    pub fn output_filters(&self) -> &[Arc<str>] {
        self.output_filters.as_deref().unwrap_or_default()
    }

    /// SetInputFilter: the filters of everything that is sent here, in the order in which they work.
    pub fn input_filters(&self) -> &[Arc<str>] {
        self.input_filters.as_deref().unwrap_or_default()
    }

    /// Protocols: those that may be spoken, the preferred one first.
    pub fn protocols(&self) -> impl Iterator<Item = &str> {
        const DEFAULT: &str = "http/1.1";
        let named = self.protocols.as_deref();
        let default = named.is_none().then_some(DEFAULT);
        named.unwrap_or_default().iter().map(|protocol| &**protocol).chain(default)
    }

    /// RegisterHttpMethod: methods that HttpProtocolOptions RegisteredMethods lets pass besides the known ones. Only the main
    /// server's count.
    pub fn registered_methods(&self) -> &[Arc<str>] {
        self.methods.as_deref().unwrap_or_default()
    }

    /// CGIVar: how variables of scripts are made, by name.
    pub fn cgi_variables(&self) -> &[(Arc<str>, CgiVariable)] {
        self.cgi_variables.as_deref().unwrap_or_default()
    }

    /// AccessFileName: names of the files that AllowOverride is about; `None` is `.htaccess` alone.
    pub(crate) fn access_file_names(&self) -> Option<&Arc<[String]>> {
        self.access_file_names.as_ref()
    }

    /// AllowOverrideList: directives that `.htaccess` files may use whatever their class; lower case.
    pub(crate) fn allow_override_list(&self) -> &[String] {
        self.allow_override_list.as_deref().unwrap_or_default()
    }

    /// ErrorLog.
    pub(crate) fn error_log(&self) -> Option<&Arc<LogFile>> {
        self.error_log.as_ref()
    }

    /// ErrorLogFormat; `None` is the usual form.
    pub(crate) fn error_log_format(&self) -> Option<&LogFormat> {
        self.error_log_format.as_deref()
    }

    /// What all MPMs share. Only the main server's counts.
    pub fn mpm(&self) -> &MpmCommon {
        &self.mpm
    }
}
