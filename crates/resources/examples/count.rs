//! Counts which of many catalogs are wholly native, and which types are left to real Puppet: reads answers of a
//! compiler from standard input, one JSON object a line, the catalog in its field `catalog`.
#![allow(clippy::print_stdout, reason = "a program for people")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::io;

use catalog::Catalog;

/// How often a type is met that is not native.
#[derive(Default)]
struct Count {
    resources: usize,
    catalogs: usize,
    /// Catalogs that would be wholly native without it.
    alone: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let (mut all, mut native) = (0, 0);
    let mut counts: BTreeMap<String, Count> = BTreeMap::new();
    for line in io::stdin().lines() {
        let answer: serde_json::Value = serde_json::from_str(&line?)?;
        let Some(json) = answer.get("catalog") else { continue };
        let catalog = Catalog::from_json(json)?;
        all += 1;
        let foreign = resources::foreign(&catalog);
        native += usize::from(foreign.is_empty());
        let mut met = BTreeSet::new();
        for (reference, reason) in &foreign {
            let name = reference.split('[').next().unwrap_or_default();
            let known = resources::types::find(&name.to_lowercase()).is_some();
            let what = if known { format!("{name}: {reason}") } else { name.to_owned() };
            counts.entry(what.clone()).or_default().resources += 1;
            met.insert(what);
        }
        for what in &met {
            let count = counts.entry(what.clone()).or_default();
            count.catalogs += 1;
            count.alone += usize::from(met.len() == 1);
        }
    }
    println!("{native} of {all} catalogs are wholly native");
    println!("\n| catalogs | alone in | resources | left to Puppet |\n| ---: | ---: | ---: | --- |");
    let mut counts: Vec<(String, Count)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, count)| std::cmp::Reverse((count.catalogs, count.resources)));
    for (what, Count { resources, catalogs, alone }) in counts {
        println!("| {catalogs} | {alone} | {resources} | {what} |");
    }
    Ok(())
}
