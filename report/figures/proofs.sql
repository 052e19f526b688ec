-- The laws that hold, each with what it found over every row.
with

credit_sums as (
    select abs(sum(credit) - 1) as deviation
    from marts.fct_attribution_credits
    group by conversion_key, model
),

billed as (
    select
        coalesce(sum(billed_spend_reporting), 0) as amount,
        coalesce(sum(matched_spend_reporting), 0) as matched,
        coalesce(sum(unmatched_spend_reporting), 0) as unmatched,
        coalesce(sum(non_ad_grain_spend_reporting), 0) as non_ad_grain,
        coalesce(sum(deleted_entity_spend_reporting), 0) as deleted_entity,
        coalesce(sum(outside_window_spend_reporting), 0) as outside_window
    from marts.fct_spend_ledger
),

conserved as (
    select
        coalesce(sum(extracted), 0) as extracted,
        coalesce(sum(loaded), 0) as loaded,
        coalesce(sum(deduplicated), 0) as deduplicated,
        coalesce(sum(quarantined), 0) as quarantined,
        coalesce(bool_and(is_conserved), true) as is_conserved
    from observability.row_conservation
)

select
    (select count(*) from credit_sums) as credited_paths,
    (select max(deviation) from credit_sums) as largest_credit_deviation,
    cast(billed.amount as double) as billed,
    cast(billed.matched as double) as matched,
    cast(billed.unmatched as double) as unmatched,
    cast(billed.non_ad_grain as double) as non_ad_grain,
    cast(billed.deleted_entity as double) as deleted_entity,
    cast(billed.outside_window as double) as outside_window,
    billed.amount = billed.matched + billed.unmatched + billed.non_ad_grain + billed.deleted_entity + billed.outside_window
    and billed.amount = (select coalesce(sum(spend_reporting), 0) from marts.fct_channel_spend) as is_spend_conserved,
    conserved.extracted::bigint as extracted,
    conserved.loaded::bigint as loaded,
    conserved.deduplicated::bigint as deduplicated,
    conserved.quarantined::bigint as quarantined,
    conserved.is_conserved as are_rows_conserved
from billed
cross join conserved
