//! `git store doctor`

use crate::cli::app::App;
use crate::cli::args::DoctorArgs;
use crate::cli::error::{CliError, Exit};
use crate::cli::gitconfig::Configured;
use crate::cli::session::{Session, Wishes};
use crate::config::{KEYS, Settings};
use crate::git::{Git, LibgitRepository, hooks};
use crate::model::Scheme;
use crate::ops::doctor::{Health, Symptom, doctor, store_symptom};
use crate::store::s3::S3Store;
use crate::store::{Store, StoreError};
use chrono::TimeDelta;
use std::path::Path;

/// Finds out why something does not work.
pub async fn run(app: &App, args: DoctorArgs) -> Result<Exit, CliError> {
    let scratch = tempfile::tempdir().map_err(CliError::from_io)?;
    let opened = match &args.url {
        Some(url) => not_cloned(app, url, scratch.path()).await,
        None => app.session(Wishes::default()).await,
    };
    let mut symptoms = vec![git_symptom()];
    let mut settings = Vec::new();
    match &opened {
        Ok(session) => {
            symptoms.extend(look(session, &args).await);
            settings = origins(&session.settings);
        }
        Err(error) if error.exit() == Exit::Store => {
            let advice = error.hints.first().filter(|hint| !hint.contains("doctor"));
            let advice = advice.map_or("", String::as_str);
            symptoms.push(Symptom::ill("store", Health::Bad, error.message.clone(), advice));
        }
        Err(error) => return Err(error.clone()),
    }
    let scheme = opened.as_ref().map_or(Scheme::S3, |session| session.url.scheme);
    let variables = app.environment.variables_of(scheme);
    settings.extend(
        variables
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value, "environment".to_owned())),
    );
    app.show(|| text(&symptoms, &settings), || json(&symptoms, &settings));
    if let Ok(session) = &opened {
        app.finish(session);
    }
    let is_bad = symptoms.iter().any(|symptom| symptom.health == Health::Bad);
    Ok(if is_bad { Exit::Store } else { Exit::Success })
}

/// A store without a repository: what is learned of it is thrown away.
async fn not_cloned(app: &App, url: &str, scratch: &Path) -> Result<Session, CliError> {
    Git::init(scratch, true, "main")?;
    let configured = Configured::read(LibgitRepository::open_bare(scratch)?)?;
    let wishes = Wishes { layers: Vec::new(), url: Some(url.to_owned()) };
    app.session_in(configured, "store", wishes).await
}

async fn look(session: &Session, args: &DoctorArgs) -> Vec<Symptom> {
    let mut symptoms = vec![Symptom::good("store", session.opened.store.identity().to_string())];
    if let Some(s3) = &session.opened.s3 {
        symptoms.push(location(s3, &session.url.host).await);
    }
    symptoms.extend(doctor(&session.context(), args.probe).await);
    if let Some(offset) = session.opened.store.clock_offset() {
        symptoms.push(clock(offset));
    }
    if args.url.is_none() {
        symptoms.push(hooks_symptom(session));
    }
    symptoms
}

fn git_symptom() -> Symptom {
    match Git::here().version() {
        Ok((major, minor, patch)) if (major, minor) >= (2, 39) => {
            Symptom::good("git", format!("{major}.{minor}.{patch}"))
        }
        Ok((major, minor, patch)) => Symptom::ill(
            "git",
            Health::Warning,
            format!("{major}.{minor}.{patch}"),
            "git 2.39 is the oldest that is tested",
        ),
        Err(error) => Symptom::ill("git", Health::Bad, error.to_string(), "install git"),
    }
}

/// kops asks for the bucket's region in the same way, and a policy of another account often
/// forgets to allow it.
async fn location(s3: &S3Store, bucket: &str) -> Symptom {
    match s3.bucket_location().await {
        Ok(region) => Symptom::good("region", region),
        Err(error) => {
            let mut symptom = store_symptom("region", &error);
            symptom.health = Health::Warning;
            if !matches!(error, StoreError::Denied(_)) {
                return symptom;
            }
            symptom.advice = Some(format!(
                "allow it in the bucket's policy: {{\"Effect\": \"Allow\", \"Action\": \"s3:GetBucketLocation\", \"Resource\": \"arn:aws:s3:::{bucket}\", \"Principal\": {{\"AWS\": \"YOUR-ARN\"}}}}"
            ));
            symptom
        }
    }
}

/// The service refuses signatures that are 15 minutes off.
fn clock(offset: TimeDelta) -> Symptom {
    let seconds = offset.num_seconds();
    let found = format!("the store is {seconds} s ahead of this computer");
    match seconds.abs() {
        0..=60 => Symptom::good("clock", found),
        61..=300 => Symptom::ill("clock", Health::Warning, found, "set this computer's clock"),
        _ => Symptom::ill("clock", Health::Bad, found, "set this computer's clock"),
    }
}

fn hooks_symptom(session: &Session) -> Symptom {
    let which = if session.repository.is_bare() { hooks::SERVER } else { hooks::CLIENT };
    match hooks::status(&session.repository, which) {
        Ok(hooks) if hooks.iter().all(|hook| hook.state == hooks::HookState::Installed) => {
            Symptom::good("hooks", "installed")
        }
        Ok(_) => Symptom::ill(
            "hooks",
            Health::Warning,
            "not all are installed",
            "git store hooks install",
        ),
        Err(error) => Symptom::ill("hooks", Health::Warning, error.to_string(), ""),
    }
}

/// Every setting with its value and where it came from.
fn origins(settings: &Settings) -> Vec<(String, String, String)> {
    KEYS.iter()
        .map(|(key, ..)| {
            let (value, origin) = settings.shown(key);
            ((*key).to_owned(), value, origin.to_string())
        })
        .collect()
}

fn text(symptoms: &[Symptom], settings: &[(String, String, String)]) -> String {
    let mut text = String::new();
    for Symptom { what, health, found, advice } in symptoms {
        let sign = match health {
            Health::Good => "ok  ",
            Health::Warning => "warn",
            Health::Bad => "BAD ",
        };
        text += &format!("{sign} {what}: {found}\n");
        if let Some(advice) = advice {
            text += &format!("     hint: {advice}\n");
        }
    }
    text += "\nSettings\n";
    for (key, value, origin) in settings {
        text += &format!("     {key} = {value}   ({origin})\n");
    }
    text
}

fn json(symptoms: &[Symptom], settings: &[(String, String, String)]) -> serde_json::Value {
    let settings: Vec<_> = settings
        .iter()
        .map(|(key, value, origin)| serde_json::json!({ "key": key, "value": value, "origin": origin }))
        .collect();
    serde_json::json!({ "version": 1, "symptoms": symptoms, "settings": settings })
}
