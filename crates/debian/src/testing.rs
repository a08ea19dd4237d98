//! Keys made for a test, and texts signed by them.

use pgp::composed::{
    ArmorOptions, CleartextSignedMessage, KeyType, SecretKeyParamsBuilder, SignedPublicKey, SignedSecretKey,
    SubkeyParamsBuilder,
};
use pgp::packet::{KeyFlags, Signature, SignatureConfig, SignatureType, Subpacket, SubpacketData};
use pgp::types::{Duration, Password, SigningKey, Tag, Timestamp};
use rand::thread_rng;

/// How long ago the keys were made, in seconds.
pub const KEY_AGE: u64 = 10_000;

/// A key pair: its primary key certifies and signs, its first subkey signs, its second one may not.
pub struct Signer {
    secret: SignedSecretKey,
    pub certificate: SignedPublicKey,
}

/// The present, in seconds since 1970.
pub fn now() -> u64 {
    Timestamp::now().as_secs().into()
}

impl Signer {
    pub fn new() -> Self {
        let created = Timestamp::from_secs((now() - KEY_AGE) as u32);
        let subkey = |can_sign| {
            SubkeyParamsBuilder::default()
                .key_type(KeyType::Ed25519Legacy)
                .created_at(created)
                .can_sign(can_sign)
                .can_authenticate(!can_sign)
                .build()
                .unwrap()
        };
        let mut parameters = SecretKeyParamsBuilder::default();
        parameters
            .key_type(KeyType::Ed25519Legacy)
            .created_at(created)
            .can_certify(true)
            .can_sign(true)
            .primary_user_id("Archive <archive@example.org>".into())
            .subkeys(vec![subkey(true), subkey(false)]);
        let secret = parameters.build().unwrap().generate(thread_rng()).unwrap();
        let certificate = SignedPublicKey::from(secret.clone());
        Self { secret, certificate }
    }

    /// Clear-signs a text with the signing subkey.
    pub fn sign(&self, text: &str) -> Vec<u8> {
        let signature = self.signature(text, &self.secret.secret_subkeys[0].key, |_| {});
        message(text, vec![signature])
    }

    /// A signature of a text by the primary key, by a subkey, or made in another way.
    pub fn by_primary(&self, text: &str, change: impl FnOnce(&mut SignatureConfig)) -> Signature {
        self.signature(text, &self.secret.primary_key, change)
    }

    pub fn by_subkey(&self, text: &str, number: usize) -> Signature {
        self.signature(text, &self.secret.secret_subkeys[number].key, |_| {})
    }

    /// Makes this the only self-signature: made `age` seconds ago, the key lasting for `lifetime` seconds.
    pub fn certify(&mut self, age: u64, lifetime: u32, may_sign: bool) {
        let mut flags = KeyFlags::default();
        flags.set_certify(true);
        flags.set_sign(may_sign);
        let primary = &self.secret.primary_key;
        let mut config = config(primary, SignatureType::CertPositive, age);
        config.hashed_subpackets.push(Subpacket::regular(SubpacketData::KeyFlags(flags)).unwrap());
        let lifetime = SubpacketData::KeyExpirationTime(Duration::from_secs(lifetime));
        config.hashed_subpackets.push(Subpacket::regular(lifetime).unwrap());
        let user = &mut self.certificate.details.users[0];
        let public = &self.certificate.primary_key;
        let signature =
            config.sign_certification(primary, public, &Password::empty(), Tag::UserId, &user.id).unwrap();
        user.signatures = vec![signature];
    }

    /// Revokes the key, `age` seconds ago.
    pub fn revoke(&mut self, age: u64, reason: pgp::packet::RevocationCode) {
        let primary = &self.secret.primary_key;
        let mut config = config(primary, SignatureType::KeyRevocation, age);
        let reason = SubpacketData::RevocationReason(reason, Default::default());
        config.hashed_subpackets.push(Subpacket::regular(reason).unwrap());
        let public = &self.certificate.primary_key;
        let revocation = config.sign_key(primary, &Password::empty(), public).unwrap();
        self.certificate.details.revocation_signatures.push(revocation);
    }

    fn signature(
        &self,
        text: &str,
        key: &impl SigningKey,
        change: impl FnOnce(&mut SignatureConfig),
    ) -> Signature {
        let mut config = config(key, SignatureType::Text, 0);
        change(&mut config);
        config.sign(key, &Password::empty(), text.as_bytes()).unwrap()
    }
}

/// A clear-signed message of a text and signatures made of it.
pub fn message(text: &str, signatures: Vec<Signature>) -> Vec<u8> {
    let message = CleartextSignedMessage::new_many(text, |_| Ok(signatures)).unwrap();
    message.to_armored_bytes(ArmorOptions::default()).unwrap()
}

/// When a signature is said to have been made.
pub fn made(age: u64) -> Subpacket {
    let time = Timestamp::from_secs(now().saturating_sub(age) as u32);
    Subpacket::regular(SubpacketData::SignatureCreationTime(time)).unwrap()
}

fn config(key: &impl SigningKey, kind: SignatureType, age: u64) -> SignatureConfig {
    let mut config = SignatureConfig::from_key(thread_rng(), key, kind).unwrap();
    let issuer = Subpacket::regular(SubpacketData::IssuerFingerprint(key.fingerprint())).unwrap();
    config.hashed_subpackets = vec![made(age), issuer];
    config
}
