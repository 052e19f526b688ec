with snapshots as (

    select * from {{ ref('int_funnel__lead_snapshots') }}
    where is_current or is_evaluation

),

signals as (

    select * from {{ ref('int_funnel__lead_signals') }}

),

signal_points as (

    select
        *,
        case when points > 0 then '+' else '' end as sign,
        case
            when points = floor(points) then cast(cast(points as bigint) as {{ dbt.type_string() }})
            else cast(cast(points as double) as {{ dbt.type_string() }})
        end as points_text
    from {{ ref('int_funnel__lead_signal_points') }}
    where points != 0

),

ranked as (

    select
        signals.person_key,
        signals.snapshot_date,
        signal_points.points,
        {{ dbt.concat([
            'signals.words', "': '", 'signals.signal_text', "' ('", 'signal_points.sign', 'signal_points.points_text', "')'"
        ]) }} as reason,
        row_number() over (
            partition by signals.person_key, signals.snapshot_date
            order by abs(signal_points.points) desc nulls last, signals.signal_no asc nulls last
        ) as reason_no
    from signals
    inner join signal_points
        on signals.signal = signal_points.signal
        and signals.signal_text = signal_points.signal_text

),

summed as (

    select
        person_key,
        snapshot_date,
        sum(points) as rule_score,
        max(case when reason_no = 1 then reason end) as first_reason,
        max(case when reason_no = 2 then reason end) as second_reason,
        max(case when reason_no = 3 then reason end) as third_reason
    from ranked
    group by person_key, snapshot_date

),

rule_scores as (

    select
        snapshots.person_key,
        snapshots.snapshot_date,
        cast(coalesce(summed.rule_score, 0) as double) as rule_score,
        {{ dbt.concat([
            'summed.first_reason',
            "coalesce(" ~ dbt.concat(["'; '", 'summed.second_reason']) ~ ", '')",
            "coalesce(" ~ dbt.concat(["'; '", 'summed.third_reason']) ~ ", '')",
        ]) }} as rule_reasons
    from snapshots
    left join summed
        on snapshots.person_key = summed.person_key
        and snapshots.snapshot_date = summed.snapshot_date

)

select * from rule_scores
