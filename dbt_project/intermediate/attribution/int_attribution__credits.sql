with conversions as (

    select * from {{ ref('fct_conversions') }}

),

paths as (

    select * from {{ ref('int_attribution__paths') }}

),

model_credits as (

    {%- for family in ['position', 'last_non_direct', 'decay', 'shapley', 'markov'] %}
    select conversion_key, model, touchpoint_key, cast(credit as double) as credit
    from {{ ref('int_attribution__' ~ family ~ '_credits') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

unattributed as (

    select * from {{ ref('int_attribution__unattributed') }}

),

credits as (

    select
        model_credits.conversion_key,
        model_credits.model,
        model_credits.touchpoint_key,
        paths.channel,
        paths.campaign_key,
        paths.is_retargeting,
        paths.touch_no,
        paths.touches_in_path,
        {{ fractional_days('paths.occurred_at', 'paths.converted_at') }} * 24 as hours_to_conversion,
        model_credits.credit,
        cast(null as {{ dbt.type_string() }}) as unattributed_reason
    from model_credits
    inner join paths
        on model_credits.conversion_key = paths.conversion_key
        and model_credits.touchpoint_key = paths.touchpoint_key
    union all
    select
        conversion_key,
        model,
        cast(null as {{ dbt.type_string() }}) as touchpoint_key,
        cast(null as {{ dbt.type_string() }}) as channel,
        cast(null as {{ dbt.type_string() }}) as campaign_key,
        cast(null as boolean) as is_retargeting,
        cast(null as bigint) as touch_no,
        touches_in_path,
        cast(null as double) as hours_to_conversion,
        cast(1 as double) as credit,
        unattributed_reason
    from unattributed

),

with_conversions as (

    select
        credits.conversion_key,
        conversions.conversion_id,
        conversions.conversion_type,
        conversions.converted_at,
        credits.model,
        credits.touchpoint_key,
        credits.channel,
        credits.campaign_key,
        credits.is_retargeting,
        cast(credits.touch_no as integer) as touch_no,
        cast(credits.touches_in_path as integer) as touches_in_path,
        credits.hours_to_conversion,
        credits.credit,
        conversions.value_reporting,
        credits.unattributed_reason
    from credits
    inner join conversions
        on credits.conversion_key = conversions.conversion_key

)

select * from with_conversions
