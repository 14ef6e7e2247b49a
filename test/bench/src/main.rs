//! The program `side-by-side`: the same work for a built httpd, nginx, Apache and the kernel's floor in interleaved rounds, and
//! what each paid for it. README.md says how to read the figures.

mod cost;
mod floor;
mod load;
mod options;
mod report;
mod servers;
mod site;

use std::fs;
use std::process::ExitCode;

use httpd_test::httpd::Program;
use options::{Job, Options};
use report::Figures;
use servers::{Contest, Running};
use site::Site;

/// What goes wrong ends the run, with a sentence for whoever started it.
type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let done = Options::read(std::env::args().skip(1)).and_then(|job| match job {
        Job::Floor(port) => floor::serve(port),
        Job::Compare(options) => compare(&options),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("side-by-side: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn compare(options: &Options) -> Result<(), Failure> {
    let site = Site::new()?;
    let mut page = report::opening(options)?;
    for httpd in &options.httpds {
        let contest =
            Contest { mpm: Program::new(httpd, None)?.mpm.to_lowercase(), httpd: httpd.canonicalize()? };
        page.push_str(&measure(&contest, &site, options)?.report(&contest.mpm));
    }
    print!("{page}");
    if let Some(file) = &options.report {
        fs::write(file, page)?;
    }
    Ok(())
}

fn measure(contest: &Contest, site: &Site, options: &Options) -> Result<Figures, Failure> {
    let peers = contest.present();
    let mut figures = Figures::default();
    for round in 1..=options.rounds {
        for work in options.works.iter().filter(|work| contest.can(**work)) {
            for peer in peers.iter().filter(|peer| peer.can(*work)) {
                let running = Running::start(*peer, site, contest)?;
                let figure = load::put(*work, &running, options)?;
                eprintln!("{} {work}, round {round}: {} {figure}", contest.mpm, peer.name());
                figures.note(*work, *peer, figure);
            }
        }
    }
    Ok(figures)
}
