with terms as (

    select * from {{ ref('int_value__terms') }}
    where fit_no = 0

),

term_counts as (

    select * from {{ ref('int_value__term_counts') }}

),

projections as (

    select * from {{ ref('stg_estimates__term_projections') }}

),

-- Who left in its first spell has no term to project, though it may have come back since.
contract_predictions as (

    select
        terms.customer_key,
        projections.residual_terms as residual_months
    from terms
    inner join term_counts
        on terms.fit_no = term_counts.fit_no
        and terms.term = term_counts.term
    left join projections
        on term_counts.fit_no = projections.fit_no
        and term_counts.term = projections.term
        and term_counts.checksum = projections.checksum
    where not terms.is_churned

)

select * from contract_predictions
