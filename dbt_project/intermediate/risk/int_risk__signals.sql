with features as (

    select * from {{ ref('int_risk__features') }}
    where is_current

),

-- A number is written as itself, a whole one without places.
signals as (

    {%- for signal, (kind, words) in churn_signals().items() %}
    select
        customer_key,
        snapshot_date,
        {{ loop.index }} as signal_no,
        '{{ words }}' as words,
        {%- if kind == 'category' %}
        {{ signal }} as signal_text
        {%- else %}
        coalesce(
            case
                when {{ signal }} = floor({{ signal }}) then cast(cast({{ signal }} as bigint) as {{ dbt.type_string() }})
                else cast(cast({{ signal }} as double) as {{ dbt.type_string() }})
            end,
            'unknown'
        ) as signal_text
        {%- endif %}
    from features
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select * from signals
