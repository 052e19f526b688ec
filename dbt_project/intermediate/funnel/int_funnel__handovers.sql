with runs as (

    select * from {{ ref('int_funnel__stage_runs') }}

),

mql_entries as (

    select
        person_key,
        row_number() over (partition by person_key order by run_no asc nulls last) as handover_no,
        stage_order,
        entered_at as mql_at,
        lead(entered_at) over (partition by person_key order by run_no asc nulls last) as next_mql_at
    from runs
    where stage = 'mql'

),

handovers as (

    select
        mql_entries.person_key,
        mql_entries.handover_no,
        mql_entries.mql_at,
        mql_entries.next_mql_at,
        min(case when runs.stage = 'sal' then runs.entered_at end) as sal_at,
        min(case when runs.stage = 'sql' then runs.entered_at end) as sql_at,
        min(
            case
                when runs.stage_order < mql_entries.stage_order and runs.entered_at > mql_entries.mql_at
                    then runs.entered_at
            end
        ) as rejected_at
    from mql_entries
    inner join runs
        on mql_entries.person_key = runs.person_key
        and mql_entries.mql_at <= runs.entered_at
        and coalesce(runs.entered_at < mql_entries.next_mql_at, true)
    group by mql_entries.person_key, mql_entries.handover_no, mql_entries.mql_at, mql_entries.next_mql_at

)

select * from handovers
