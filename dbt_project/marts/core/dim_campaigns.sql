with campaigns as (

    select * from {{ ref('canonical_campaigns') }}

),

described as (

    select
        campaign_key,
        platform,
        account_id,
        campaign_id,
        campaign_name,
        campaign_kind,
        channel,
        is_retargeting
    from campaigns

)

select * from described
