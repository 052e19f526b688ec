with both_sides as (

    select subject, detail, period_month, row_count, 0 as rows_before, rows_seen, people_seen, values_seen,
        '' as rows_seen_before, '' as people_seen_before, '' as values_seen_before
    from {{ ref('int_attribution__evidence') }}
    union all
    select subject, detail, period_month, 0, row_count, '', '', '', rows_seen, people_seen, values_seen
    from {{ ref('stg_run__published_evidence') }}

),

compared as (

    select
        subject,
        detail,
        period_month,
        sum(row_count) < sum(rows_before) as is_fewer,
        max(rows_seen) != max(rows_seen_before) as has_other_rows,
        max(people_seen) != max(people_seen_before) as has_other_people,
        max(values_seen) != max(values_seen_before) as has_other_values
    from both_sides
    group by subject, detail, period_month

),

changed as (

    select
        subject,
        detail,
        period_month,
        case
            when subject = 'rules' then 'rules_changed'
            when subject = 'rates' then 'rates_changed'
            when subject = 'spend' then 'spend_restated'
            when subject = 'merges' then 'merge'
            when subject = 'consents' then 'consent_changed'
            when has_other_rows and is_fewer then 'deleted'
            when has_other_rows then 'late_data'
            when has_other_people then 'merge'
            else 'restated'
        end as reason
    from compared
    where has_other_rows or has_other_people or has_other_values

)

select * from changed
