with lead_numbers as (

    select * from {{ ref('int_funnel__lead_numbers') }}

),

features as (

    select * from {{ ref('int_funnel__lead_features') }}

),

lead_matrix as (

    select
        lead_numbers.row_no,
        -- Comes back with the score: a score of other rows than these isn't theirs.
        lead_numbers.lead_no
        {%- for signal, (kind, words) in lead_signals().items() if kind == 'number' %}
        + {{ loop.index }} * coalesce(features.{{ signal }}, 0)
        {%- endfor %} as checksum,
        lead_numbers.lead_no,
        {{- scored_columns(lead_signals(), 'is_opportunity') }}
    from lead_numbers
    inner join features
        on lead_numbers.person_key = features.person_key
        and lead_numbers.snapshot_date = features.snapshot_date

)

select * from lead_matrix
