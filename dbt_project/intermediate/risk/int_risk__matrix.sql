with numbers as (

    select * from {{ ref('int_risk__numbers') }}

),

features as (

    select * from {{ ref('int_risk__features') }}

),

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
        {{- scored_columns(churn_signals(), 'is_lost') }}
    from numbers
    inner join features
        on numbers.customer_key = features.customer_key
        and numbers.snapshot_date = features.snapshot_date

)

select * from matrix
