//! What every store must do, written once and run on all of them.

mod basics;
pub mod fixture;
mod keys;
mod pages;
mod promises;
mod races;

use fixture::Fixture;

/// Makes one test of each case for each store. A store that is not there is passed over.
macro_rules! on_every_store {
    ($($case:ident :: $name:ident),+ $(,)?) => {
        on_every_store!(@ memory [$($case :: $name),+]);
        on_every_store!(@ file [$($case :: $name),+]);
        on_every_store!(@ s3 [$($case :: $name),+]);
        on_every_store!(@ moto [$($case :: $name),+]);
        on_every_store!(@ gcs [$($case :: $name),+]);
        on_every_store!(@ gcs_with_conditions [$($case :: $name),+]);
        on_every_store!(@ azure [$($case :: $name),+]);
        on_every_store!(@ swift [$($case :: $name),+]);
        on_every_store!(@ swift_v1 [$($case :: $name),+]);
    };
    (@ $store:ident [$($case:ident :: $name:ident),+]) => {
        mod $store {
            use super::Fixture;
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    match Fixture::$store().await {
                        Some(fixture) => super::$case::$name(&fixture).await,
                        None => eprintln!("{} is not there; passed over", stringify!($store)),
                    }
                }
            )+
        }
    };
}

on_every_store! {
    basics::creates_only_where_nothing_is,
    basics::updates_only_the_expected_version,
    basics::deletes_only_the_expected_version,
    basics::an_empty_store_lists_nothing,
    basics::bytes_come_back_exactly,
    basics::what_was_deleted_can_be_created_again,
    keys::odd_keys_work_exactly_or_are_refused,
    keys::an_object_beside_what_is_below_it,
    pages::listings_are_complete_at_every_page_boundary,
    promises::attributes_survive_an_update,
    promises::put_ids_are_kept_where_they_are_promised,
    promises::nothing_is_written_after_the_deadline,
    promises::the_probe_finds_the_level_and_leaves_nothing,
    promises::scratch_objects_are_not_listed,
    races::one_of_many_creators_wins,
    races::no_increment_is_lost,
    races::one_of_many_deleters_wins,
}
