-- Fails if a click that Google told of before as_of, by its id, isn't exactly once among the clicks, or is of a campaign that
-- Google named for it on no day.
with as_of as (

    select * from {{ ref('canonical_as_of') }}

),

told as (

    select distinct
        gclid as click_id,
        cast(campaign_id as {{ dbt.type_string() }}) as campaign_id
    from {{ source('raw_google_ads', 'click_views') }}
    cross join as_of
    where gclid is not null
        and date < as_of.as_of_date

),

told_ids as (

    select distinct click_id from told

),

kept as (

    select
        clicks.click_id,
        count(*) as rows_kept,
        count(told.campaign_id) as rows_told
    from {{ ref('canonical_ad_clicks') }} as clicks
    left join told
        on clicks.click_id = told.click_id
        and clicks.campaign_id = told.campaign_id
    group by clicks.click_id

)

select
    coalesce(told_ids.click_id, kept.click_id) as click_id,
    kept.rows_kept,
    kept.rows_told
from told_ids
full outer join kept on told_ids.click_id = kept.click_id
where coalesce(kept.rows_kept, 0) <> 1
    or kept.rows_told <> 1
    or told_ids.click_id is null
