//! Tokens: who gets one, what it proves, and every way in which it proves nothing.

use crate::support::{Answer, SHOP, Shop, answer};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair};
use axum::body::Body;
use crossdock_model::Clock as _;
use crossdock_policy::{ConsumerDirectory, TrustedIssuer, open};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use http::{Request, StatusCode};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use std::time::Duration;

fn order() -> String {
    format!("/orders/{}", uuid::Uuid::nil())
}

async fn read(shop: &Shop, token: &str) -> Answer {
    let request = Request::get(order()).header("authorization", format!("Bearer {token}"));
    shop.send(SHOP, request, "").await
}

/// The claims of a good token, to be spoilt.
fn claims(shop: &Shop) -> Value {
    let now = shop.clock.now().as_second();
    json!({
        "iss": "http://127.0.0.1:8080", "aud": "crossdock", "sub": "cust-ada",
        "iat": now, "nbf": now, "exp": now + 900, "client_id": "web-shop", "tenant": "acme",
        "scope": "orders:read", "subject": {"kind": "customer", "id": "cust-ada"},
    })
}

fn header(shop: &Shop) -> Header {
    let mut header = Header::new(Algorithm::ES256);
    let key = &shop.issuer.key_set().keys[0];
    header.kid.clone_from(&key.common.key_id);
    header
}

fn signed(shop: &Shop, header: &Header, claims: &Value) -> String {
    let key = std::fs::read(shop.folder.path().join("issuer.pk8")).unwrap();
    jsonwebtoken::encode(header, claims, &EncodingKey::from_ec_der(&key)).unwrap()
}

#[tokio::test]
async fn a_token_with_every_claim_in_order_opens_the_door() {
    let shop = Shop::new();
    let token = signed(&shop, &header(&shop), &claims(&shop));
    let answer = read(&shop, &token).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    assert_eq!(answer.json()["tenant"], "acme");
}

#[tokio::test]
async fn a_token_that_lacks_or_bends_a_claim_proves_nothing() {
    let shop = Shop::new();
    let now = shop.clock.now().as_second();
    let bends = [
        ("exp", json!(now - 31)),
        ("nbf", json!(now + 31)),
        ("aud", json!("another")),
        ("iss", json!("http://another")),
        ("exp", Value::Null),
        ("aud", Value::Null),
        ("sub", Value::Null),
        ("tenant", Value::Null),
        ("subject", json!({"kind": "workflow"})),
        ("subject", Value::Null),
        ("client_id", Value::Null),
        ("client_id", json!("nobody")),
    ];
    for (name, value) in bends {
        let mut claims = claims(&shop);
        if value.is_null() {
            claims.as_object_mut().unwrap().remove(name);
        } else {
            claims[name] = value.clone();
        }
        let answer = read(&shop, &signed(&shop, &header(&shop), &claims)).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{name} = {value}");
    }
}

#[tokio::test]
async fn the_algorithm_is_the_keys_and_never_the_tokens() {
    let shop = Shop::new();
    let encode = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let payload = encode(&claims(&shop));
    let kid = header(&shop).kid.unwrap();
    let unsigned = format!("{}.{payload}.", encode(&json!({"alg": "none", "kid": kid})));
    assert_eq!(
        read(&shop, &unsigned).await.status,
        StatusCode::UNAUTHORIZED
    );
    let public = serde_json::to_vec(shop.issuer.key_set()).unwrap();
    let mut hmac = Header::new(Algorithm::HS256);
    hmac.kid = Some(kid);
    let confused = jsonwebtoken::encode(
        &hmac,
        &claims(&shop),
        &EncodingKey::from_secret(&public).unwrap(),
    )
    .unwrap();
    assert_eq!(
        read(&shop, &confused).await.status,
        StatusCode::UNAUTHORIZED
    );
}

#[tokio::test]
async fn a_strange_header_or_a_long_token_is_refused_and_a_key_in_the_header_ignored() {
    let shop = Shop::new();
    let with = |change: fn(&mut Header)| {
        let mut header = header(&shop);
        change(&mut header);
        signed(&shop, &header, &claims(&shop))
    };
    let critical = with(|header| header.crit = Some(vec!["b64".into()]));
    assert_eq!(
        read(&shop, &critical).await.status,
        StatusCode::UNAUTHORIZED
    );
    let identity = with(|header| header.typ = Some("id+jwt".into()));
    assert_eq!(
        read(&shop, &identity).await.status,
        StatusCode::UNAUTHORIZED
    );
    let elsewhere = with(|header| header.jku = Some("http://evil.example/jwks".into()));
    assert_eq!(read(&shop, &elsewhere).await.status, StatusCode::OK);
    let mut long = claims(&shop);
    long["padding"] = json!("x".repeat(4096));
    let long = signed(&shop, &header(&shop), &long);
    assert_eq!(read(&shop, &long).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_remembered_token_still_expires() {
    let shop = Shop::new();
    let token = shop.token();
    assert_eq!(read(&shop, &token).await.status, StatusCode::OK);
    shop.clock.advance(Duration::from_mins(16));
    assert_eq!(read(&shop, &token).await.status, StatusCode::UNAUTHORIZED);
}

async fn ask_for_token(shop: &Shop, basic: Option<&str>, form: &str) -> Answer {
    let mut request =
        Request::post("/oauth/token").header("content-type", "application/x-www-form-urlencoded");
    if let Some(basic) = basic {
        request = request.header(
            "authorization",
            format!("Basic {}", BASE64.encode(basic.as_bytes())),
        );
    }
    let request = request.body(Body::from(form.to_owned())).unwrap();
    answer(open(shop.issuer.router(), &shop.shared), request).await
}

fn secret(shop: &Shop, consumer: &str) -> String {
    let file = ConsumerDirectory::secret_file(shop.folder.path(), consumer);
    std::fs::read_to_string(file).unwrap()
}

#[tokio::test]
async fn a_channels_application_gets_a_token_of_its_own() {
    let shop = Shop::new();
    let secret = secret(&shop, "web-shop");
    let form = format!("grant_type=client_credentials&client_id=web-shop&client_secret={secret}");
    let granted = ask_for_token(&shop, None, &form).await;
    assert_eq!(granted.status, StatusCode::OK, "{}", granted.text);
    assert_eq!(granted.header("cache-control"), "no-store");
    assert_eq!(granted.json()["token_type"], "Bearer");
    assert_eq!(granted.json()["expires_in"], 900);
    let basic = format!("web-shop:{secret}");
    let narrow = "grant_type=client_credentials&scope=products:read";
    let granted = ask_for_token(&shop, Some(&basic), narrow).await;
    assert_eq!(granted.json()["scope"], "products:read");
    let refused = read(&shop, granted.json()["access_token"].as_str().unwrap()).await;
    assert_eq!(refused.code(), "forbidden");
}

#[tokio::test]
async fn a_token_is_exchanged_for_one_on_a_customers_behalf() {
    let shop = Shop::new();
    let basic = format!("web-shop:{}", secret(&shop, "web-shop"));
    let exchange = |kind: &str, handle: &str| {
        format!(
            "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token={handle}\
             &subject_token_type=urn:crossdock:params:oauth:token-type:{kind}"
        )
    };
    let granted = ask_for_token(
        &shop,
        Some(&basic),
        &exchange("customer", "cust-ada/member-ada"),
    )
    .await;
    assert_eq!(granted.status, StatusCode::OK, "{}", granted.text);
    let token = granted.json()["access_token"].as_str().unwrap().to_owned();
    let subject = read(&shop, &token).await.json()["subject"].clone();
    assert_eq!(
        subject,
        json!({"kind": "customer", "id": "cust-ada", "member": "member-ada"})
    );
    let clerk = ask_for_token(&shop, Some(&basic), &exchange("clerk", "store-7/clerk-3")).await;
    assert_eq!(clerk.json()["error"], "unauthorized_client");
    let workflow = ask_for_token(&shop, Some(&basic), &exchange("workflow", "w")).await;
    assert_eq!(workflow.json()["error"], "invalid_request");
    let odd = ask_for_token(&shop, Some(&basic), &exchange("customer", "a%20b")).await;
    assert_eq!(odd.json()["error"], "invalid_request");
}

#[tokio::test]
async fn whoever_does_not_know_the_secret_gets_nothing() {
    let shop = Shop::new();
    let form = "grant_type=client_credentials";
    for basic in ["web-shop:guess", "nobody:guess", "web-shop:"] {
        let denied = ask_for_token(&shop, Some(basic), form).await;
        assert_eq!(denied.status, StatusCode::UNAUTHORIZED, "{basic}");
        assert_eq!(denied.json()["error"], "invalid_client");
        assert!(denied.header("www-authenticate").starts_with("Basic"));
    }
    let basic = format!("web-shop:{}", secret(&shop, "web-shop"));
    let more = ask_for_token(
        &shop,
        Some(&basic),
        "grant_type=client_credentials&scope=audit:read",
    )
    .await;
    assert_eq!(more.json()["error"], "invalid_scope");
    let other = ask_for_token(&shop, Some(&basic), "grant_type=password").await;
    assert_eq!(other.json()["error"], "unsupported_grant_type");
    let twice = ask_for_token(&shop, Some(&basic), "grant_type=a&grant_type=b").await;
    assert_eq!(twice.json()["error"], "invalid_request");
}

#[tokio::test]
async fn keys_and_secrets_survive_a_restart_and_are_readable_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let shop = Shop::new();
    for file in ["issuer.pk8", "consumers/web-shop.secret"] {
        let mode = std::fs::metadata(shop.folder.path().join(file))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    let request = Request::get("/oauth/jwks").body(Body::empty()).unwrap();
    let keys = answer(open(shop.issuer.router(), &shop.shared), request).await;
    assert_eq!(keys.json()["keys"][0]["alg"], "ES256");
    assert!(!keys.text.contains("\"d\""));
    let request = Request::get("/.well-known/oauth-authorization-server")
        .body(Body::empty())
        .unwrap();
    let found = answer(open(shop.issuer.router(), &shop.shared), request)
        .await
        .json();
    assert_eq!(found["token_endpoint"], "http://127.0.0.1:8080/oauth/token");
}

/// A shop that trusts an issuer from outside with that key, and a token of that issuer's.
fn with_foreign_key(
    key: &EncodingKey,
    algorithm: Algorithm,
    spoil: fn(&mut Value),
) -> (Shop, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut jwk = Jwk::from_encoding_key(key, algorithm).unwrap();
    jwk.common.key_id = Some("theirs".into());
    let file = folder.path().join("jwks.json");
    std::fs::write(&file, serde_json::to_vec(&json!({"keys": [jwk]})).unwrap()).unwrap();
    let issuer = TrustedIssuer {
        name: "https://login.example.com/".into(),
        audience: "shop-api".into(),
        jwks_file: file,
        tenant: "acme".into(),
    };
    let shop = Shop::trusting(&[], vec![issuer]);
    let now = shop.clock.now().as_second();
    let mut claims = json!({
        "iss": "https://login.example.com/", "aud": ["shop-api", "other"], "sub": "u-1",
        "exp": now + 60, "azp": "service-desk", "roles": ["agent"],
        "subject": {"kind": "agent", "id": "u-1"},
    });
    spoil(&mut claims);
    let mut header = Header::new(algorithm);
    header.kid = Some("theirs".into());
    let token = jsonwebtoken::encode(&header, &claims, key).unwrap();
    (shop, token)
}

fn elliptic() -> EncodingKey {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    EncodingKey::from_ec_der(made.unwrap().as_ref())
}

#[tokio::test]
async fn an_issuer_from_outside_counts_with_each_kind_of_key() {
    let rsa = aws_lc_rs::rsa::KeyPair::generate(KeySize::Rsa2048).unwrap();
    let rsa = AsDer::<Pkcs8V1Der<'_>>::as_der(&rsa).unwrap();
    let rsa = pem("PRIVATE KEY", rsa.as_ref());
    let edwards = Ed25519KeyPair::generate().unwrap().to_pkcs8v1().unwrap();
    let keys = [
        (
            EncodingKey::from_rsa_pem(rsa.as_bytes()).unwrap(),
            Algorithm::RS256,
        ),
        (EncodingKey::from_ed_der(edwards.as_ref()), Algorithm::EdDSA),
        (elliptic(), Algorithm::ES256),
    ];
    for (key, algorithm) in keys {
        let (shop, token) = with_foreign_key(&key, algorithm, |_| {});
        let answer = read(&shop, &token).await;
        assert_eq!(
            answer.status,
            StatusCode::OK,
            "{algorithm:?} {}",
            answer.text
        );
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    let body = BASE64.encode(der);
    format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n")
}

#[tokio::test]
async fn an_issuer_from_outside_speaks_for_its_own_tenant_only() {
    let claim_another = |claims: &mut Value| claims["tenant"] = json!("other");
    let (shop, token) = with_foreign_key(&elliptic(), Algorithm::ES256, claim_another);
    assert_eq!(read(&shop, &token).await.json()["tenant"], "acme");
    let pose_as_ours = |claims: &mut Value| {
        claims["iss"] = json!("http://127.0.0.1:8080");
        claims["aud"] = json!("crossdock");
    };
    let (shop, token) = with_foreign_key(&elliptic(), Algorithm::ES256, pose_as_ours);
    assert_eq!(read(&shop, &token).await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_shoppers_token_from_outside_never_acts_as_the_application_behind_it() {
    type Spoil = fn(&mut Value);
    fn without(claims: &mut Value, name: &str) {
        claims.as_object_mut().unwrap().remove(name);
    }
    let spoilt: [(&str, Spoil); 4] = [
        ("no subject of ours", |claims| without(claims, "subject")),
        ("an azp that is no consumer", |claims| {
            claims["azp"] = json!("backoffice");
        }),
        ("no azp and no client_id", |claims| without(claims, "azp")),
        ("a client_id that is no consumer", |claims| {
            claims["client_id"] = json!("u-1");
        }),
    ];
    for (name, spoil) in spoilt {
        let (shop, token) = with_foreign_key(&elliptic(), Algorithm::ES256, spoil);
        assert_eq!(
            read(&shop, &token).await.status,
            StatusCode::UNAUTHORIZED,
            "{name}"
        );
    }
}
