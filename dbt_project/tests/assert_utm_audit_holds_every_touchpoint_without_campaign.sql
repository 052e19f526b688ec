-- Fails if the touchpoints that fct_utm_audit counts aren't all those that name a campaign nobody knows, or if a campaign that it lists
-- was touched or neither cost nor was clicked.
with audit as (

    select * from {{ ref('fct_utm_audit') }}

),

touchpoints as (

    select * from {{ ref('fct_touchpoints') }}

),

named as (

    select count(*) as touchpoints
    from touchpoints
    where campaign_key is null and trim(utm_campaign) != ''

),

counted as (

    select coalesce(sum(touchpoints), 0) as touchpoints
    from audit
    where issue = 'touchpoints_without_campaign'

),

failures as (

    select 'touchpoints' as what
    from named
    cross join counted
    where named.touchpoints != counted.touchpoints
    union all
    select audit.campaign_id as what
    from audit
    inner join touchpoints on audit.campaign_key = touchpoints.campaign_key
    union all
    select campaign_id as what
    from audit
    where issue = 'campaign_without_touchpoints' and clicks = 0 and spend_reporting = 0

)

select * from failures
