//! Applying a catalog on a base, and cutting what changed into a layer.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use debian::{Index, Package};
use oci::{Compression, Layer, LayerOptions, LayerWriter};
use progress::Unit;
use puppet::{Applied, ApplyRequest, Catalog, Services, apply, driver_digest};
use sandbox::{Output, Process, Root, Sandbox};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha256::Digest;
use store::Bucket;

use crate::base::{ReadyBase, threads};
use crate::build::Context;
use crate::compile::Sources;
use crate::key::{self, AppliedBy, AppliedKey};
use crate::support::{Prepared, Support};
use crate::tools::ReadyTools;
use crate::{Error, databases, native, residue};

const SEARCH_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Everything that one image's catalog is applied with.
pub(crate) struct Application<'a> {
    pub base: &'a ReadyBase,
    pub tools: &'a ReadyTools,
    pub sources: &'a Sources,
    pub certname: &'a str,
    pub facts: &'a Value,
    pub network: bool,
    pub compression: Compression,
}

/// Who has applied, or is to apply, a catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hand {
    /// Our own resource types.
    Native,
    /// Real Puppet.
    Puppet,
}

/// An applied layer, as the store remembers it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AppliedLayer {
    pub layer: Layer,
    /// Resources that were changed.
    pub changed: Vec<String>,
    /// Who made it.
    pub engine: Hand,
    /// Services that the catalog wants running.
    pub services: Vec<String>,
}

impl Application<'_> {
    /// What the layer of a catalog depends on.
    pub(crate) fn key(&self, catalog: &Digest, hand: Hand) -> Result<Digest, Error> {
        let applied_by = match hand {
            Hand::Native => AppliedBy::Native { version: native::VERSION, files: self.sources.files()? },
            Hand::Puppet => AppliedBy::Puppet {
                tools: self.tools.key,
                driver: driver_digest(),
                modules: self.sources.modules()?,
                facts: key::digest(self.facts),
            },
        };
        Ok(key::digest(&AppliedKey {
            recipe: key::recipe(),
            base: self.base.key,
            catalog: *catalog,
            archive: self.base.archive.digest(),
            applied_by,
            recommends: self.base.recommends,
            documentation: self.base.residue.documentation,
            network: self.network,
            source_date_epoch: self.base.source_date_epoch,
            compression: format!("{:?}", self.compression),
        }))
    }

    /// Applies the catalog in a sandbox on the base and stores what changed.
    pub(crate) fn run(
        &self,
        context: &Context<'_>,
        catalog: &Catalog,
        (hand, key): (Hand, Digest),
        scratch: &Path,
    ) -> Result<AppliedLayer, Error> {
        let upper = scratch.join("upper");
        fs::create_dir(&upper).map_err(Error::io("make", &upper))?;
        fs::set_permissions(&upper, fs::Permissions::from_mode(0o755)).map_err(Error::io("make", &upper))?;
        let support = Support {
            archive: &self.base.archive,
            recommends: self.base.recommends,
            proxy: context.settings.proxy.as_deref(),
            source_date_epoch: self.base.source_date_epoch,
        };
        let prepared = support.prepare(context.store, scratch)?;

        let sandbox = self.sandbox(&prepared, scratch, &upper);
        self.prefetch(context, &sandbox, catalog)?;
        let sandbox = sandbox.network(self.network);

        let applied = match hand {
            Hand::Native => self.apply_natively(context, sandbox, catalog),
            Hand::Puppet => self.apply_by_puppet(context, sandbox, catalog, scratch),
        };
        // What was downloaded is worth keeping whatever became of it.
        prepared.harvest(&self.base.archive)?;
        let applied = applied?;
        let Services { wanted, .. } = applied.services;
        let layer = self.cut(context, &upper)?;
        let record = AppliedLayer { layer, changed: applied.changed, engine: hand, services: wanted };
        context.store.put_record(Bucket::Layers, &key, &record)?;
        Ok(record)
    }

    fn apply_natively(
        &self,
        context: &Context<'_>,
        sandbox: Sandbox,
        catalog: &Catalog,
    ) -> Result<Applied, Error> {
        let task = native::Task {
            catalog,
            environment: &self.sources.environment,
            variables: self.variables(context),
            now: self.base.source_date_epoch,
        };
        native::apply(sandbox, task, context.progress)
    }

    fn apply_by_puppet(
        &self,
        context: &Context<'_>,
        sandbox: Sandbox,
        catalog: &Catalog,
        scratch: &Path,
    ) -> Result<Applied, Error> {
        let request = ApplyRequest {
            catalog,
            environment: &self.sources.environment,
            certname: self.certname,
            facts: self.facts,
            variables: &self.variables(context),
        };
        Ok(apply(&self.tools.tools, sandbox, &request, scratch, context.progress)?)
    }

    fn sandbox(&self, prepared: &Prepared, scratch: &Path, upper: &Path) -> Sandbox {
        let lowers = vec![self.base.directory.path().to_owned(), prepared.layer()];
        prepared.mount(Sandbox::new(scratch, Root { lowers, upper: Some(upper.to_owned()) }))
    }

    fn variables(&self, context: &Context<'_>) -> Vec<(String, String)> {
        let mut variables: Vec<(String, String)> = [
            ("PATH", SEARCH_PATH),
            ("HOME", "/root"),
            ("LANG", "C.UTF-8"),
            ("DEBIAN_FRONTEND", "noninteractive"),
            // systemctl then knows that there is nobody to talk to, and does not fail.
            ("SYSTEMD_OFFLINE", "1"),
            // Compiled Python files come out the same every time.
            ("PYTHONHASHSEED", "0"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        variables.push(("SOURCE_DATE_EPOCH".to_owned(), self.base.source_date_epoch.to_string()));
        if let Some(proxy) = &context.settings.proxy {
            variables.extend(["http_proxy", "https_proxy"].map(|name| (name.to_owned(), proxy.clone())));
        }
        variables
    }

    /// Downloads what apt would, before it does: in parallel, checked against the archive, and from outside,
    /// so that packages can be installed in a build without a network. What apt alone can find (a source that
    /// the catalog adds) is left to it. Done in the root that the catalog is applied to: what apt worked out of
    /// its lists serves there again, and is residue afterwards.
    fn prefetch(&self, context: &Context<'_>, sandbox: &Sandbox, catalog: &Catalog) -> Result<(), Error> {
        let index = self.base.archive.index();
        let names = catalog.packages_to_install();
        let names: Vec<&str> = names.into_iter().filter(|name| index.get(name).is_some()).collect();
        if names.is_empty() {
            return Ok(());
        }
        let mut arguments = vec!["/usr/bin/apt-get", "install", "--print-uris", "-qq", "--yes", "--"];
        arguments.extend(&names);
        let process = Process {
            arguments: arguments.into_iter().map(str::to_owned).collect(),
            environment: vec![("PATH".to_owned(), SEARCH_PATH.to_owned())],
            directory: "/".into(),
        };
        let mut wanted = Vec::new();
        sandbox.run(&process, &mut |line| {
            if let Output::Stdout(line) = line {
                wanted.extend(archive_of_uri_line(&line).map(str::to_owned));
            }
        })?;
        let packages: Vec<_> = wanted.iter().filter_map(|name| find_package(index, name)).collect();
        let pool = context.store.bucket(Bucket::Debs)?;
        self.base.archive.download(&context.archives.client, &packages, &pool, context.progress)?;
        Ok(())
    }

    fn cut(&self, context: &Context<'_>, upper: &Path) -> Result<Layer, Error> {
        residue::tidy(upper)?;
        databases::normalize(upper, Some(self.base.directory.path()), context.progress)?;
        let task = context.progress.begin("writing the applied layer", None, Unit::Bytes);
        let mut writer = LayerWriter::new(context.store, self.compression, threads())?;
        let lowers = [self.base.directory.path().to_owned()];
        let options = LayerOptions {
            source_date_epoch: self.base.source_date_epoch,
            exclude: &|path| self.base.residue.holds(path),
            lower: Some(&lowers),
        };
        let summary = oci::write_changes(upper, &options, &mut writer)?;
        let layer = writer.finish()?;
        let megabytes = layer.descriptor.size as f64 / 1e6;
        task.done(&format!("{} paths, {megabytes:.1} MB", summary.entries));
        Ok(layer)
    }
}

/// Reads a line of `apt-get --print-uris`: `'URL' NAME SIZE HASH`, whose hash may be a weak one. Gives the name of
/// the package's archive; other lines give nothing.
fn archive_of_uri_line(line: &str) -> Option<&str> {
    line.strip_prefix('\'')?.split(' ').nth(1).filter(|name| name.ends_with(".deb"))
}

/// The package of the verified index that apt would save under this name.
fn find_package<'a>(index: &'a Index, archive_name: &str) -> Option<Package<'a>> {
    let (name, _) = archive_name.split_once('_')?;
    index.versions(name).find(|package| package.archive_name() == archive_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_print_uris_are_read() {
        let line = "'http://mirror.example.org/debian/pool/n/x_1%3a2_all.deb' x_1%3a2_all.deb 10 MD5Sum:00";
        assert_eq!(archive_of_uri_line(line), Some("x_1%3a2_all.deb"));
        assert_eq!(archive_of_uri_line("Reading package lists..."), None);
        assert_eq!(archive_of_uri_line("'x'"), None);
    }
}
