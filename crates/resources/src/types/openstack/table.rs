//! The types: a line each.

use catalog::Value;

use super::provider::{Setting, autorequires, foreign};
use super::{Config, Form};
use crate::resource::Resource;
use crate::schema::{Attribute, Fallback, ResourceType, matches};

const SECRETS: &[(&str, &str)] = &[("true", "true"), ("false", "false")];

const NAME: Attribute = Attribute::parameter("name", "section and setting").values(&[], &["/\\S+\\/\\S+/"]);

const ABSENT: Attribute =
    Attribute::parameter("ensure_absent_val", "a value that means absent").default("<SERVICE DEFAULT>");

const SECRET: Attribute = Attribute::parameter("secret", "whether values are hidden")
    .words(SECRETS)
    .fallback(Fallback::Boolean(false));

const SEPARATOR: Attribute =
    Attribute::parameter("key_val_separator", "between setting and value").default("=");

const VALUE: Attribute = Attribute::property("value", "the value").check(value);

const LINE_VALUE: Attribute =
    Attribute::property("value", "the value").values(&[], &["/^[\\S ]*$/"]).check(value);

static ONE: [Attribute; 4] = [Attribute::ensure_if_managed(), VALUE, NAME, ABSENT];

static LINE: [Attribute; 4] = [Attribute::ensure_if_managed(), LINE_VALUE, NAME, ABSENT];

static ONE_SECRET: [Attribute; 5] = [Attribute::ensure_if_managed(), VALUE, NAME, SECRET, ABSENT];

static LINE_SECRET: [Attribute; 5] = [Attribute::ensure_if_managed(), LINE_VALUE, NAME, SECRET, ABSENT];

static ONE_SECRET_SEPARATED: [Attribute; 6] =
    [Attribute::ensure_if_managed(), VALUE, NAME, SECRET, ABSENT, SEPARATOR];

static MANY: [Attribute; 4] = [Attribute::ensure_if_managed(), VALUE.all(), NAME, ABSENT];

static MANY_SECRET: [Attribute; 5] = [Attribute::ensure_if_managed(), VALUE.all(), NAME, SECRET, ABSENT];

static MANY_LINE_SECRET: [Attribute; 5] =
    [Attribute::ensure_if_managed(), LINE_VALUE.all(), NAME, SECRET, ABSENT];

static CEPH: [Attribute; 4] = [
    Attribute::ensure_if_managed(),
    Attribute::property("value", "the value").check(small_truth),
    NAME,
    Attribute::parameter("path", "another file").check(path),
];

const fn config(
    attributes: &'static [Attribute],
    name: &'static str,
    path: &'static str,
    form: Form,
    module: &'static str,
) -> Config {
    let kind = ResourceType {
        autorequires,
        foreign,
        provider: || Box::new(Setting),
        ..ResourceType::new(name, "Manages a setting of an OpenStack service.", attributes)
    };
    Config { kind, path, form, module }
}

/// Sorted by name.
pub(super) static CONFIGS: &[Config] = &[
    config(&ONE_SECRET_SEPARATED, "aodh_api_paste_ini", "/etc/aodh/api-paste.ini", Form::Ini, "aodh"),
    config(&LINE, "aodh_api_uwsgi_config", "/etc/aodh/aodh-api-uwsgi.ini", Form::Ini, "aodh"),
    config(&MANY_SECRET, "aodh_config", "/etc/aodh/aodh.conf", Form::Lists, "aodh"),
    config(
        &ONE_SECRET_SEPARATED,
        "barbican_api_paste_ini",
        "/etc/barbican/barbican-api-paste.ini",
        Form::Ini,
        "barbican",
    ),
    config(&LINE, "barbican_api_uwsgi_config", "/etc/barbican/barbican-api-uwsgi.ini", Form::Ini, "barbican"),
    config(&MANY_LINE_SECRET, "barbican_config", "/etc/barbican/barbican.conf", Form::Lists, "barbican"),
    config(
        &MANY_LINE_SECRET,
        "ceilometer_config",
        "/etc/ceilometer/ceilometer.conf",
        Form::Lists,
        "ceilometer",
    ),
    config(&LINE, "ceilometer_rootwrap_config", "/etc/ceilometer/rootwrap.conf", Form::Ini, "ceilometer"),
    config(&CEPH, "ceph_config", "/etc/ceph/ceph.conf", Form::Spaced, "ceph"),
    config(&ONE_SECRET_SEPARATED, "cinder_api_paste_ini", "/etc/cinder/api-paste.ini", Form::Ini, "cinder"),
    config(&LINE, "cinder_api_uwsgi_config", "/etc/cinder/cinder-api-uwsgi.ini", Form::Ini, "cinder"),
    config(&MANY_SECRET, "cinder_config", "/etc/cinder/cinder.conf", Form::Lists, "cinder"),
    config(&LINE, "cinder_rootwrap_config", "/etc/cinder/rootwrap.conf", Form::Ini, "cinder"),
    config(
        &ONE_SECRET_SEPARATED,
        "cloudkitty_api_paste_ini",
        "/etc/cloudkitty/api_paste.ini",
        Form::Ini,
        "cloudkitty",
    ),
    config(
        &LINE,
        "cloudkitty_api_uwsgi_config",
        "/etc/cloudkitty/cloudkitty-api-uwsgi.ini",
        Form::Ini,
        "cloudkitty",
    ),
    config(&MANY_SECRET, "cloudkitty_config", "/etc/cloudkitty/cloudkitty.conf", Form::Lists, "cloudkitty"),
    config(
        &ONE_SECRET_SEPARATED,
        "designate_api_paste_ini",
        "/etc/designate/api-paste.ini",
        Form::Ini,
        "designate",
    ),
    config(&MANY_SECRET, "designate_config", "/etc/designate/designate.conf", Form::Lists, "designate"),
    config(&LINE, "designate_rootwrap_config", "/etc/designate/rootwrap.conf", Form::Ini, "designate"),
    config(
        &MANY_SECRET,
        "designate_tlds_config",
        "/etc/designate-tlds/designate-tlds.conf",
        Form::Lists,
        "designate",
    ),
    config(
        &LINE_SECRET,
        "etcddiscovery_config",
        "/etc/etcd-discovery/etcd-discovery.conf",
        Form::Ini,
        "etcddiscovery",
    ),
    config(&MANY_SECRET, "glance_api_config", "/etc/glance/glance-api.conf", Form::Lists, "glance"),
    config(
        &ONE_SECRET_SEPARATED,
        "glance_api_paste_ini",
        "/etc/glance/glance-api-paste.ini",
        Form::Ini,
        "glance",
    ),
    config(&ONE, "glance_api_uwsgi_config", "/etc/glance/glance-api-uwsgi.ini", Form::Ini, "glance"),
    config(&MANY_SECRET, "glance_cache_config", "/etc/glance/glance-cache.conf", Form::Lists, "glance"),
    config(
        &LINE_SECRET,
        "glance_image_import_config",
        "/etc/glance/glance-image-import.conf",
        Form::Ini,
        "glance",
    ),
    config(
        &ONE,
        "glance_property_protections_config",
        "/etc/glance/property-protections.conf",
        Form::Ini,
        "glance",
    ),
    config(&LINE, "glance_rootwrap_config", "/etc/glance/rootwrap.conf", Form::Ini, "glance"),
    config(&LINE_SECRET, "glance_swift_config", "/etc/glance/glance-swift.conf", Form::Ini, "glance"),
    config(&MANY_SECRET, "gnocchi_api_config", "/etc/gnocchi/gnocchi-api.conf", Form::Lists, "gnocchi"),
    config(
        &ONE_SECRET_SEPARATED,
        "gnocchi_api_paste_ini",
        "/etc/gnocchi/api-paste.ini",
        Form::Ini,
        "gnocchi",
    ),
    config(&LINE, "gnocchi_api_uwsgi_config", "/etc/gnocchi/gnocchi-api-uwsgi.ini", Form::Ini, "gnocchi"),
    config(&MANY_SECRET, "gnocchi_config", "/etc/gnocchi/gnocchi.conf", Form::Lists, "gnocchi"),
    config(
        &MANY_SECRET,
        "gnocchi_metricd_config",
        "/etc/gnocchi/gnocchi-metricd.conf",
        Form::Lists,
        "gnocchi",
    ),
    config(&LINE, "heat_api_cfn_uwsgi_config", "/etc/heat/heat-api-cfn-uwsgi.ini", Form::Ini, "heat"),
    config(&ONE_SECRET_SEPARATED, "heat_api_paste_ini", "/etc/heat/api-paste.ini", Form::Ini, "heat"),
    config(&LINE, "heat_api_uwsgi_config", "/etc/heat/heat-api-uwsgi.ini", Form::Ini, "heat"),
    config(&MANY_SECRET, "heat_config", "/etc/heat/heat.conf", Form::Lists, "heat"),
    config(
        &MANY_SECRET,
        "ironic_inspector_config",
        "/etc/ironic-inspector/inspector.conf",
        Form::Lists,
        "ironic",
    ),
    config(
        &ONE_SECRET,
        "ironic_neutron_agent_config",
        "/etc/neutron/plugins/ml2/ironic_neutron_agent.ini",
        Form::Ini,
        "neutron",
    ),
    config(&MANY_SECRET, "keystone_config", "/etc/keystone/keystone.conf", Form::Lists, "keystone"),
    config(&LINE_SECRET, "keystone_uwsgi_config", "/etc/keystone/keystone-uwsgi.ini", Form::Ini, "keystone"),
    config(&ONE_SECRET_SEPARATED, "magnum_api_paste_ini", "/etc/magnum/api-paste.ini", Form::Ini, "magnum"),
    config(&LINE, "magnum_api_uwsgi_config", "/etc/magnum/magnum-api-uwsgi.ini", Form::Ini, "magnum"),
    config(&MANY_SECRET, "magnum_config", "/etc/magnum/magnum.conf", Form::Lists, "magnum"),
    config(&ONE_SECRET_SEPARATED, "manila_api_paste_ini", "/etc/manila/api-paste.ini", Form::Ini, "manila"),
    config(&LINE, "manila_api_uwsgi_config", "/etc/manila/manila-api-uwsgi.ini", Form::Ini, "manila"),
    config(&MANY_SECRET, "manila_config", "/etc/manila/manila.conf", Form::Lists, "manila"),
    config(&LINE, "manila_rootwrap_config", "/etc/manila/rootwrap.conf", Form::Ini, "manila"),
    config(&MANY_SECRET, "mistral_config", "/etc/mistral/mistral.conf", Form::Lists, "mistral"),
    config(
        &ONE,
        "neutron_agent_linuxbridge",
        "/etc/neutron/plugins/ml2/linuxbridge_agent.ini",
        Form::Ini,
        "neutron",
    ),
    config(&ONE, "neutron_agent_macvtap", "/etc/neutron/plugins/ml2/macvtap_agent.ini", Form::Ini, "neutron"),
    config(&ONE_SECRET, "neutron_agent_ovn", "/etc/neutron/plugins/ml2/ovn_agent.ini", Form::Ini, "neutron"),
    config(&ONE, "neutron_agent_ovs", "/etc/neutron/plugins/ml2/openvswitch_agent.ini", Form::Ini, "neutron"),
    config(&ONE, "neutron_api_uwsgi_config", "/etc/neutron/neutron-api-uwsgi.ini", Form::Ini, "neutron"),
    config(&ONE, "neutron_bgp_dragent_config", "/etc/neutron/bgp_dragent.ini", Form::Ini, "neutron"),
    config(
        &MANY,
        "neutron_bgpvpn_service_config",
        "/etc/neutron/networking_bgpvpn.conf",
        Form::Lists,
        "neutron",
    ),
    config(&ONE, "neutron_dhcp_agent_config", "/etc/neutron/dhcp_agent.ini", Form::Ini, "neutron"),
    config(&ONE, "neutron_l2gw_agent_config", "/etc/neutron/l2gateway_agent.ini", Form::Ini, "neutron"),
    config(&MANY, "neutron_l2gw_service_config", "/etc/neutron/l2gw_plugin.ini", Form::Lists, "neutron"),
    config(&ONE_SECRET, "neutron_l3_agent_config", "/etc/neutron/l3_agent.ini", Form::Ini, "neutron"),
    config(
        &ONE_SECRET,
        "neutron_metadata_agent_config",
        "/etc/neutron/metadata_agent.ini",
        Form::Ini,
        "neutron",
    ),
    config(&ONE, "neutron_metering_agent_config", "/etc/neutron/metering_agent.ini", Form::Ini, "neutron"),
    config(&ONE, "neutron_ovn_vpn_agent_config", "/etc/neutron/ovn_vpn_agent.ini", Form::Ini, "neutron"),
    config(&ONE_SECRET, "neutron_plugin_ml2", "/etc/neutron/plugins/ml2/ml2_conf.ini", Form::Ini, "neutron"),
    config(&ONE, "neutron_rootwrap_config", "/etc/neutron/rootwrap.conf", Form::Ini, "neutron"),
    config(
        &MANY,
        "neutron_sfc_service_config",
        "/etc/neutron/conf.d/neutron-server/networking-sfc.conf",
        Form::Lists,
        "neutron",
    ),
    config(
        &ONE,
        "neutron_sriov_agent_config",
        "/etc/neutron/plugins/ml2/sriov_agent.ini",
        Form::Ini,
        "neutron",
    ),
    config(&MANY, "neutron_taas_service_config", "/etc/neutron/taas_plugin.ini", Form::Lists, "neutron"),
    config(&ONE, "neutron_vpnaas_agent_config", "/etc/neutron/vpn_agent.ini", Form::Ini, "neutron"),
    config(
        &MANY,
        "neutron_vpnaas_service_config",
        "/etc/neutron/neutron_vpnaas.conf",
        Form::Lists,
        "neutron",
    ),
    config(
        &LINE,
        "nova_api_metadata_uwsgi_config",
        "/etc/nova/nova-api-metadata-uwsgi.ini",
        Form::Ini,
        "nova",
    ),
    config(&ONE_SECRET_SEPARATED, "nova_api_paste_ini", "/etc/nova/api-paste.ini", Form::Ini, "nova"),
    config(&LINE, "nova_api_uwsgi_config", "/etc/nova/nova-api-uwsgi.ini", Form::Ini, "nova"),
    config(&MANY_SECRET, "nova_config", "/etc/nova/nova.conf", Form::Lists, "nova"),
    config(&LINE, "nova_rootwrap_config", "/etc/nova/rootwrap.conf", Form::Ini, "nova"),
    config(&LINE, "octavia_api_uwsgi_config", "/etc/octavia/octavia-api-uwsgi.ini", Form::Ini, "octavia"),
    config(&MANY_SECRET, "octavia_config", "/etc/octavia/octavia.conf", Form::Lists, "octavia"),
    config(&LINE_SECRET, "octavia_ovn_provider_config", "/etc/octavia/conf.d/ovn.conf", Form::Ini, "octavia"),
    config(
        &ONE_SECRET,
        "ovn_metadata_agent_config",
        "/etc/neutron/neutron_ovn_metadata_agent.ini",
        Form::Ini,
        "neutron",
    ),
    config(&LINE, "panko_api_uwsgi_config", "/etc/panko/panko-api-uwsgi.ini", Form::Ini, "panko"),
    config(&LINE_SECRET, "panko_config", "/etc/panko/panko.conf", Form::Ini, "panko"),
    config(
        &LINE,
        "placement_api_uwsgi_config",
        "/etc/placement/placement-api-uwsgi.ini",
        Form::Ini,
        "placement",
    ),
    config(&MANY_SECRET, "placement_config", "/etc/placement/placement.conf", Form::Lists, "placement"),
    config(&LINE_SECRET, "rally_config", "/etc/rally/rally.conf", Form::Ini, "rally"),
    config(&ONE_SECRET_SEPARATED, "sahara_api_paste_ini", "/etc/sahara/api-paste.ini", Form::Ini, "sahara"),
    config(&ONE, "sahara_api_uwsgi_config", "/etc/sahara/sahara-api-uwsgi.ini", Form::Ini, "sahara"),
    config(&MANY_SECRET, "sahara_config", "/etc/sahara/sahara.conf", Form::Lists, "sahara"),
    config(
        &ONE,
        "swift_account_uwsgi_config",
        "/etc/swift/swift-account-server-uwsgi.ini",
        Form::Ini,
        "swift",
    ),
    config(&LINE_SECRET, "swift_bench_config", "/etc/swift/swift-bench.conf", Form::Ini, "swift"),
    config(&MANY_LINE_SECRET, "swift_ceilometer_config", "/etc/swift/ceilometer.conf", Form::Lists, "swift"),
    config(&LINE_SECRET, "swift_config", "/etc/swift/swift.conf", Form::Ini, "swift"),
    config(
        &ONE_SECRET,
        "swift_container_reconciler_config",
        "/etc/swift/container-reconciler.conf",
        Form::Ini,
        "swift",
    ),
    config(
        &LINE_SECRET,
        "swift_container_sync_realms_config",
        "/etc/swift/container-sync-realms.conf",
        Form::Ini,
        "swift",
    ),
    config(
        &ONE,
        "swift_container_uwsgi_config",
        "/etc/swift/swift-container-server-uwsgi.ini",
        Form::Ini,
        "swift",
    ),
    config(&LINE_SECRET, "swift_dispersion_config", "/etc/swift/dispersion.conf", Form::Ini, "swift"),
    config(&LINE_SECRET, "swift_drive_audit_config", "/etc/swift/drive-audit.conf", Form::Ini, "swift"),
    config(
        &LINE_SECRET,
        "swift_internal_client_config",
        "/etc/swift/internal-client.conf",
        Form::Ini,
        "swift",
    ),
    config(&LINE_SECRET, "swift_keymaster_config", "/etc/swift/keymaster.conf", Form::Ini, "swift"),
    config(&LINE_SECRET, "swift_memcache_config", "/etc/swift/memcache.conf", Form::Ini, "swift"),
    config(&ONE_SECRET, "swift_object_expirer_config", "/etc/swift/object-expirer.conf", Form::Ini, "swift"),
    config(&LINE_SECRET, "swift_proxy_config", "/etc/swift/proxy-server.conf", Form::Ini, "swift"),
    config(&ONE, "swift_proxy_uwsgi_config", "/etc/swift/swift-proxy-server-uwsgi.ini", Form::Ini, "swift"),
];

fn value(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    let text = text.trim();
    let is_truth = matches(r"(?i)^(true|false)$", text);
    if !is_truth {
        return Ok(Value::text(text));
    }
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    Ok(Value::text(first.into_iter().chain(letters.as_str().to_lowercase().chars()).collect::<String>()))
}

/// Ceph writes truths in small letters.
fn small_truth(value: &Value, _: &Resource) -> Result<Value, String> {
    let text = value.ruby_text();
    let text = text.trim();
    let is_truth = matches(r"(?i)^(true|false)$", text);
    Ok(Value::text(if is_truth { text.to_lowercase() } else { text.to_owned() }))
}

fn path(value: &Value, _: &Resource) -> Result<Value, String> {
    let path = value.ruby_text();
    if path.lines().any(|line| line.starts_with('/')) {
        Ok(value.clone())
    } else {
        Err(format!("File paths must be fully qualified, not '{path}'"))
    }
}
