with records as (

    select
        *,
        row_number() over (
            partition by platform, account_id, campaign_id
            order by case when is_from_vendor then 0 else 1 end, case when is_ad then 0 else 1 end
        ) as record_no,
        max(case when is_retargeting then 1 else 0 end) over (
            partition by platform, account_id, campaign_id
        ) = 1 as is_any_retargeting
    from {{ ref('canonical_campaign_records') }}

),

signatures as (

    select * from {{ ref('canonical_campaign_signatures') }}

),

candidates as (

    select
        *,
        row_number() over (
            partition by utm_source, utm_medium, utm_campaign, referrer_host
            order by rule_order
        ) as candidate_no
    from {{ ref('canonical_channel_candidates') }}
    where click_id_pattern is null

),

ruled as (

    select
        signatures.platform,
        signatures.account_id,
        signatures.campaign_id,
        candidates.channel
    from signatures
    inner join candidates
        on signatures.utm_source = candidates.utm_source
        and signatures.utm_medium = candidates.utm_medium
        and signatures.utm_campaign = candidates.utm_campaign
        and signatures.referrer_host = candidates.referrer_host
        and candidates.candidate_no = 1

),

campaigns as (

    select
        {{ surrogate_key(['records.platform', 'records.account_id', 'records.campaign_id']) }} as campaign_key,
        records.platform,
        records.account_id,
        records.campaign_id,
        coalesce(records.campaign_name, records.campaign_id) as campaign_name,
        coalesce(records.campaign_kind, 'unknown') as campaign_kind,
        coalesce(records.given_channel, ruled.channel, 'unknown') as channel,
        records.is_any_retargeting as is_retargeting,
        records.is_ad
    from records
    left join ruled
        on records.platform = ruled.platform
        and coalesce(records.account_id, '') = coalesce(ruled.account_id, '')
        and records.campaign_id = ruled.campaign_id
    where records.record_no = 1

)

select * from campaigns
