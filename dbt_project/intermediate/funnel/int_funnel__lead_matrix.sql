with lead_numbers as (

    select * from {{ ref('int_funnel__lead_numbers') }}

),

features as (

    select * from {{ ref('int_funnel__lead_features') }}

),

-- Categories are numbered here, so that no name reaches the estimator; which number a name has means nothing to it.
lead_matrix as (

    select
        lead_numbers.row_no,
        -- Comes back with the score: a score of other rows than these isn't theirs.
        lead_numbers.lead_no
        {%- for signal, (kind, words) in lead_signals().items() if kind == 'number' %}
        + {{ loop.index }} * coalesce(features.{{ signal }}, 0)
        {%- endfor %} as checksum,
        lead_numbers.lead_no,
        case when features.is_current then 1 else 0 end as is_current,
        case when features.is_training then 1 else 0 end as is_training,
        case when features.is_evaluation then 1 else 0 end as is_evaluation,
        case when features.is_opportunity then 1 else 0 end as is_opportunity,
        {%- for signal, (kind, words) in lead_signals().items() %}
        {%- if kind == 'category' %}
        dense_rank() over (order by features.{{ signal }} asc nulls last) as {{ signal }}_code
        {%- else %}
        cast(features.{{ signal }} as double) as {{ signal }}
        {%- endif %}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from lead_numbers
    inner join features
        on lead_numbers.person_key = features.person_key
        and lead_numbers.snapshot_date = features.snapshot_date

)

select * from lead_matrix
