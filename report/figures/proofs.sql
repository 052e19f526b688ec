-- The laws that hold, each with what it found over every row.
with

credit_sums as (
    select abs(sum(credit) - 1) as deviation
    from marts.fct_attribution_credits
    group by conversion_key, model
),

billed as (
    select coalesce(sum(spend_reporting), 0) as amount from marts.fct_ad_performance
),

placed as (
    select
        coalesce(sum(case when campaign_key is not null then spend_reporting end), 0) as matched,
        coalesce(sum(case when campaign_key is null then spend_reporting end), 0) as unmatched
    from marts.fct_channel_spend
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
    cast(placed.matched as double) as matched,
    cast(placed.unmatched as double) as unmatched,
    billed.amount = placed.matched + placed.unmatched as is_spend_conserved,
    conserved.extracted::bigint as extracted,
    conserved.loaded::bigint as loaded,
    conserved.deduplicated::bigint as deduplicated,
    conserved.quarantined::bigint as quarantined,
    conserved.is_conserved as are_rows_conserved
from billed
cross join placed
cross join conserved
