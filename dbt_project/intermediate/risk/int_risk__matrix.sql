with numbers as (

    select * from {{ ref('int_risk__numbers') }}

),

features as (

    select * from {{ ref('int_risk__features') }}

),

-- Categories are numbered here, so that no name reaches the estimator; which number a name has means nothing to it.
matrix as (

    select
        numbers.row_no,
        -- Comes back with the score: a score of other rows than these isn't theirs.
        cast(
            numbers.customer_no
            {%- for signal, (kind, words) in churn_signals().items() if kind == 'number' %}
            + {{ loop.index }} * floor(100 * coalesce(features.{{ signal }}, 0))
            {%- endfor %} as bigint
        ) as checksum,
        numbers.customer_no,
        case when features.is_current then 1 else 0 end as is_current,
        case when features.is_training then 1 else 0 end as is_training,
        case when features.is_evaluation then 1 else 0 end as is_evaluation,
        case when features.is_lost then 1 else 0 end as is_lost,
        {%- for signal, (kind, words) in churn_signals().items() %}
        {%- if kind == 'category' %}
        dense_rank() over (order by features.{{ signal }} asc nulls last) as {{ signal }}_code
        {%- else %}
        cast(features.{{ signal }} as double) as {{ signal }}
        {%- endif %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from numbers
    inner join features
        on numbers.customer_key = features.customer_key
        and numbers.snapshot_date = features.snapshot_date

)

select * from matrix
