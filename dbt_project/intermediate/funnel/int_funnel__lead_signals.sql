with features as (

    select * from {{ ref('int_funnel__lead_features') }}
    where is_current or is_evaluation

),

lead_signals as (

    {%- for signal, (kind, words) in lead_signals().items() %}
    select
        person_key,
        snapshot_date,
        {{ loop.index }} as signal_no,
        '{{ signal }}' as signal,
        '{{ words }}' as words,
        {%- if kind == 'category' %}
        true as is_category,
        {{ signal }} as signal_text,
        cast(null as double) as signal_number
        {%- else %}
        false as is_category,
        coalesce(cast({{ signal }} as {{ dbt.type_string() }}), 'unknown') as signal_text,
        cast({{ signal }} as double) as signal_number
        {%- endif %}
    from features
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select * from lead_signals
