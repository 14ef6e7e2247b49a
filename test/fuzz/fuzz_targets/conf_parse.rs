//! Any bytes at all as httpd.conf: no panic, and every place that is told lies in the text.
#![no_main]

use conf::{Node, Source};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(source) = Source::from_bytes("fuzz.conf", bytes) else { return };
    let parsed = conf::parse(&source);
    for error in &parsed.errors {
        assert!(error.position.line as usize <= source.text().lines().count() + 1);
        let _ = error.position.excerpt();
    }
    parsed.nodes.iter().for_each(visit);
});

fn visit(node: &Node) {
    let arguments = node.args().interpolate(&mut |name| Some(format!("<{name}>")));
    for (number, _) in arguments.words().iter().enumerate() {
        let _ = arguments.word_position(number).excerpt();
    }
    if let Node::Section(section) = node {
        section.children.iter().for_each(visit);
    }
}
