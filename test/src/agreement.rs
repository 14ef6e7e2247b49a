//! Agreement with Apache: short configurations that both accept or both refuse. What `apache2 -t` said of each is
//! written down in `test/agreement/*.txt`, so that we can be held to it everywhere; where Debian's apache2 is installed,
//! it is asked again.

mod apache;
mod table;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use httpd::config::{self, LoadOptions};
use httpd::facts::Build;
use libtest_mimic::{Completion, Failed, Trial};

use crate::case::find::files;
use crate::ground::Ground;
use apache::Apache;
use table::{Entry, Table, Verdict};

/// How many configurations are looked at side by side.
const THREADS: usize = 4;

/// What every configuration needs before it can be accepted at all.
const BASE: &str = "Listen 127.0.0.1:8080\nServerName localhost\nErrorLog logs/error_log\nPidFile logs/httpd.pid\n\
    User #65534\nGroup #65534\n";

/// Two tests for each table: what this program says of its configurations, and what apache2 says.
pub fn trials(build: &'static Build, source: &Path) -> Vec<Trial> {
    let folder = source.join("test/agreement");
    let mut tables = files(&folder).unwrap_or_default();
    tables.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    tables.sort();
    let trial = |path: PathBuf| {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let (ours, theirs) = (path.clone(), path);
        [
            Trial::test(format!("agreement/{name}"), move || agree(build, &ours)),
            Trial::ignorable_test(format!("agreement/{name}-asked-of-apache2"), move || ask(build, &theirs)),
        ]
    };
    tables.into_iter().flat_map(trial).map(|trial| trial.with_kind(build.facts.mpm_name)).collect()
}

/// This program's verdicts against the table's.
fn agree(build: &'static Build, path: &Path) -> Result<(), Failed> {
    let table = Table::read(path)?;
    let ground = ground(path)?;
    let verdicts = each(&table.entries, |number, entry| {
        let file = write(&ground, number, entry)?;
        let options = LoadOptions {
            server_root: ground.root().to_owned(),
            config_file: file,
            ..LoadOptions::new(build)
        };
        Ok(match config::load(&options) {
            Ok(_) => (true, String::new()),
            Err(errors) => (false, config::report(&errors)),
        })
    })?;
    compare(&table, &verdicts, |entry| entry.ours)
}

/// apache2's verdicts against the table's. With `UPDATE_GOLDEN` in the environment, those that the table leaves open
/// are written into it.
fn ask(build: &'static Build, path: &Path) -> Result<Completion, Failed> {
    let mut table = Table::read(path)?;
    let ground = ground(path)?;
    let apache = match Apache::new(build, &ground)? {
        Ok(apache) => apache,
        Err(reason) => return Ok(Completion::ignored_with(reason)),
    };
    let verdicts = each(&table.entries, |number, entry| apache.says(&write(&ground, number, entry)?))?;
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        table.settle(&verdicts.iter().map(|(accepted, _)| *accepted).collect::<Vec<_>>());
        fs::write(path, table.text())?;
    }
    compare(&table, &verdicts, |entry| entry.theirs)?;
    Ok(Completion::Completed)
}

fn compare(
    table: &Table,
    verdicts: &[(bool, String)],
    expected: fn(&Entry) -> Verdict,
) -> Result<(), Failed> {
    let word = |accepted| if accepted { "accepted" } else { "refused" };
    let wrong: Vec<String> = table
        .entries
        .iter()
        .zip(verdicts)
        .filter(|(entry, (accepted, _))| expected(entry) != Verdict::from(*accepted))
        .map(|(entry, (accepted, said))| {
            format!("line {}: {} is {}\n{said}", entry.line, entry.shown(), word(*accepted))
        })
        .collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!("{} of {} differ\n{}", wrong.len(), table.entries.len(), wrong.join("\n")).into())
}

/// A folder with the files that the tables' configurations include.
fn ground(table: &Path) -> Result<Ground, Failed> {
    let ground = Ground::new()?;
    let from = table.with_file_name("conf");
    for folder in ["", "parts"] {
        fs::create_dir_all(ground.root().join("conf").join(folder))?;
        for file in fs::read_dir(from.join(folder))? {
            let file = file?;
            if file.file_type()?.is_file() {
                fs::copy(file.path(), ground.root().join("conf").join(folder).join(file.file_name()))?;
            }
        }
    }
    fs::create_dir(ground.root().join("tested"))?;
    Ok(ground)
}

fn write(ground: &Ground, number: usize, entry: &Entry) -> Result<PathBuf, Failed> {
    let file = ground.root().join(format!("tested/{number}.conf"));
    fs::write(&file, format!("{BASE}{}\n", entry.text))?;
    Ok(file)
}

/// Looks at all entries, some side by side.
fn each<T: Send>(
    entries: &[Entry],
    look: impl Fn(usize, &Entry) -> Result<T, Failed> + Sync,
) -> Result<Vec<T>, Failed> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut seen = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(entry) = entries.get(number) else { return Ok::<_, Failed>(seen) };
            seen.push((number, look(number, entry)?));
        }
    };
    let mut all: Vec<(usize, T)> = Vec::new();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            all.extend(worker.join().map_err(|_| "a look at a configuration panicked")??);
        }
        Ok::<(), Failed>(())
    })?;
    all.sort_by_key(|(number, _)| *number);
    Ok(all.into_iter().map(|(_, seen)| seen).collect())
}
