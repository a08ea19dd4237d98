//! Whether the lock file still answers everything that is asked for, without asking anyone.

use crate::lock::{Locked, Pin};
use crate::request::Request;
use crate::{Requirement, Source};

/// The locked modules that answer the request, if they answer all of it. What nobody asks for any more is left
/// out.
pub(crate) fn answers(request: &Request<'_>) -> Option<Locked> {
    let follow = request.follows_dependencies();
    let mut kept = Locked::new();
    let mut asked: Vec<Requirement> = request.metadata.clone();
    for module in request.modules() {
        let short = module.name.short();
        match &module.source {
            Source::Forge { .. } => {}
            Source::Path(_) | Source::Local => asked.extend(request.own_module(module).dependencies),
            source => {
                let locked = request.locked.get(short)?;
                if !locked.pin.answers(source, request.control_branch.as_deref())
                    || locked.name != module.name
                {
                    return None;
                }
                asked.extend(locked.dependencies.clone());
                kept.insert(short.to_owned(), locked.clone());
            }
        }
    }
    if !follow {
        asked.clone_from(&request.metadata);
    }
    asked.retain(|one| !request.is_settled(&one.name));
    asked.extend(request.forge_requirements());
    while let Some(one) = asked.pop() {
        let locked = request.locked.get(one.name.short())?;
        let is_release = matches!(locked.pin, Pin::Forge { .. }) && locked.name == one.name;
        if !is_release || !one.range.contains(&locked.semantic_version()?) {
            return None;
        }
        if kept.insert(one.name.short().to_owned(), locked.clone()).is_none() && follow {
            asked.extend(locked.dependencies.iter().filter(|one| !request.is_settled(&one.name)).cloned());
        }
    }
    Some(kept)
}
