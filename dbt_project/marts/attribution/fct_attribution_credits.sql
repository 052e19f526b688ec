with credits as (

    select * from {{ ref('int_attribution__credits') }}

),

-- Sorted here, not where the credits are joined: both at once want more memory than tens of millions of rows leave.
attribution_credits as (

    select
        conversion_key,
        conversion_id,
        conversion_type,
        converted_at,
        model,
        touchpoint_key,
        channel,
        campaign_key,
        is_retargeting,
        touch_no,
        touches_in_path,
        hours_to_conversion,
        credit,
        -- Twelve decimals keep the shares of a value within its rounding, however many touches share it.
        cast(cast(value_reporting as double) * credit as decimal(38, 12)) as credited_value_reporting,
        unattributed_reason
    from credits
    order by conversion_key, model, touch_no nulls first

)

select * from attribution_credits
