//! Checks: bytes in, findings out.
use crate::model::*;
pub mod secrets {
    pub fn scan(_c: &[u8]) -> Vec<()> {
        Vec::new()
    }
}
pub struct Subject<'a> {
    pub path: TreePath,
    pub mode: u32,
    pub key: Result<Option<Key>, PathError>,
    pub class: Class,
    pub old: Option<&'a [u8]>,
    pub new: Option<&'a [u8]>,
}
pub struct Report {
    pub findings: Vec<Finding>,
    pub checked: usize,
}
pub fn check(s: &[Subject<'_>], _p: Profile) -> Report {
    Report { findings: vec![], checked: s.len() }
}
