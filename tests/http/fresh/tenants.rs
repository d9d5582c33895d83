//! In which tenant somebody acts, and what they are there, as their account is now.

use super::*;

#[tokio::test]
async fn a_tenant_is_the_accounts_too() {
    let app = App::with(&[("ann", &[], Some("acme"))]);
    assert_eq!(app.get("/deeds/1", "ann; tenant=acme").await.status(), 200);
    assert_eq!(app.get("/deeds/1", "ann").await.status(), 200);
    // Acting for another one, and for none.
    app.now("ann", &[], Some("other"));
    assert_eq!(app.get("/deeds/1", "ann; tenant=other").await.status(), 404);
    app.now("ann", &[], None);
    assert_eq!(app.get("/deeds/1", "ann").await.status(), 404);
}

#[tokio::test]
async fn a_source_that_answers_for_another_tenant_than_was_asked_about_answers_nothing() {
    let app = App::with(&[("ann", &[Role::Writer], Some("other"))]);
    for path in ["/deeds/1", "/write"] {
        let answer = app.get(path, "ann; writer; tenant=acme").await;
        assert_eq!(answer.code(), "unavailable", "{path}");
    }
}

#[tokio::test]
async fn who_belongs_to_two_tenants_is_in_each_what_they_are_there() {
    let mut app = App::with(&[]);
    app.remembered = Some(RememberedAccounts::new(100));
    let acme = Some(("acme", &[Role::Writer][..]));
    let globex = Some(("globex", &[Role::Reader][..]));
    for (orgs, statuses) in [
        ([acme, globex], [200, 403]),
        ([acme, None], [200, 401]),
        ([None, globex], [401, 403]),
    ] {
        app.belongs("ann", orgs.into_iter().flatten());
        for (org, status) in ["acme", "globex"].into_iter().zip(statuses) {
            let caller = format!("ann; writer; tenant={org}");
            for path in ["/write", "/tolerant"] {
                let answer = app.get(path, &caller).await;
                assert_eq!(answer.status(), status, "{path} for {org} of {orgs:?}");
            }
            app.remembered = Some(RememberedAccounts::new(100));
        }
    }
    // What is remembered of one tenant is no answer about another, and that somebody is gone is remembered of none.
    app.belongs("ann", [("acme", &[Role::Writer][..])]);
    assert_eq!(
        app.get("/tolerant", "ann; writer; tenant=acme")
            .await
            .status(),
        200
    );
    assert_eq!(
        app.get("/tolerant", "ann; writer; tenant=globex")
            .await
            .status(),
        401
    );
    app.belongs("ann", [("globex", &[Role::Writer][..])]);
    assert_eq!(
        app.get("/tolerant", "ann; writer; tenant=acme")
            .await
            .status(),
        200
    );
    assert_eq!(
        app.get("/tolerant", "ann; writer; tenant=globex")
            .await
            .status(),
        200
    );
}
