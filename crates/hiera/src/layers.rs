//! Opening the layers, each when it is first asked for: which `hiera.yaml` counts, and which versions each
//! may have.

use std::rc::Rc;

use crate::config::{Configuration, LayerKind};
use crate::error::{ErrorKind, LookupError};
use crate::layer::Layer;
use crate::world::{Warning, World};
use crate::{Hiera, Strictness};

impl Hiera {
    /// Whether the environment has a `hiera.yaml` of version 5, which also makes version 3 see all layers.
    pub(crate) fn has_environment_data(&self, world: &mut dyn World) -> Result<bool, LookupError> {
        Ok(self.environment_layer(world)?.is_some_and(|layer| layer.configuration.version() >= 5))
    }

    pub(crate) fn global_layer(&self, world: &mut dyn World) -> Result<Rc<Layer>, LookupError> {
        if let Some(layer) = self.state().global.borrow().as_ref() {
            return Ok(Rc::clone(layer));
        }
        let path = &self.settings().global_configuration;
        let configuration =
            Configuration::load(self.files(), self.settings(), path, LayerKind::Global, world)?;
        if configuration.version() == 4 {
            return Err(configuration.issues().version_4_in_global());
        }
        let layer = Rc::new(Layer::new(LayerKind::Global, None, configuration));
        *self.state().global.borrow_mut() = Some(Rc::clone(&layer));
        Ok(layer)
    }

    pub(crate) fn environment_layer(&self, world: &mut dyn World) -> Result<Option<Rc<Layer>>, LookupError> {
        if let Some(layer) = self.state().environment.borrow().as_ref() {
            return Ok(layer.clone());
        }
        let layer = match &self.settings().environment_folder {
            None => None,
            Some(root) => {
                let provider = self.settings().environment_data_provider.as_deref();
                self.open_layer(LayerKind::Environment, None, root, provider, world)?
            }
        };
        *self.state().environment.borrow_mut() = Some(layer.clone());
        Ok(layer)
    }

    pub(crate) fn module_layer(
        &self,
        name: &Rc<str>,
        world: &mut dyn World,
    ) -> Result<Option<Rc<Layer>>, LookupError> {
        if let Some(layer) = self.state().modules.borrow().get(name) {
            return Ok(layer.clone());
        }
        let layer = match world.module(name) {
            None => None,
            Some(module) => {
                let provider = module.data_provider.as_deref();
                self.open_layer(LayerKind::Module, Some(name), &module.root, provider, world)?
            }
        };
        self.state().modules.borrow_mut().insert(Rc::clone(name), layer.clone());
        Ok(layer)
    }

    /// Opens the layer of an environment or a module, of which `hiera.yaml` counts more than what was used of
    /// old.
    fn open_layer(
        &self,
        kind: LayerKind,
        module: Option<&str>,
        root: &str,
        provider: Option<&str>,
        world: &mut dyn World,
    ) -> Result<Option<Rc<Layer>>, LookupError> {
        let path = format!("{}/hiera.yaml", root.trim_end_matches('/'));
        let configuration = match self.files().exists(&path) {
            false => None,
            true => {
                let found = Configuration::load(self.files(), self.settings(), &path, kind, world)?;
                self.at_least_version_4(found, kind, world)?
            }
        };
        let newer = configuration.as_ref().is_some_and(|found| found.version() >= 5);
        let configuration = match provider.filter(|_| !newer) {
            None => configuration,
            Some("none") => None,
            Some("hiera") => configuration.or_else(|| Some(Configuration::without_file(root))),
            Some("function") => {
                let function = format!("{}::data", module.unwrap_or("environment"));
                Some(Configuration::legacy_function(root, &function))
            }
            Some(other) => {
                let provider = if kind == LayerKind::Module { "module" } else { "environment" };
                let environment = &self.settings().environment;
                let message =
                    format!("Environment '{environment}', cannot find {provider}_data_provider '{other}'");
                return Err(LookupError::new(ErrorKind::Puppet, message));
            }
        };
        Ok(configuration.map(|found| Rc::new(Layer::new(kind, module, found))))
    }

    fn at_least_version_4(
        &self,
        configuration: Configuration,
        kind: LayerKind,
        world: &mut dyn World,
    ) -> Result<Option<Configuration>, LookupError> {
        if configuration.version() > 3 {
            return Ok(Some(configuration));
        }
        if self.settings().strictness == Strictness::Error {
            return Err(configuration.issues().version_3_not_global(kind));
        }
        let place = if kind == LayerKind::Module { "module root" } else { "the environment root" };
        let message = format!("hiera.yaml version 3 found at {place} was ignored");
        let once = Some(("hiera_v3", configuration.path.clone().unwrap_or_default()));
        world.warn(Warning { once, message, path: configuration.path });
        Ok(None)
    }
}
