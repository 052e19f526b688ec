with identifiers as (

    select * from {{ ref('canonical_person_identifiers') }}
    where node_no is not null

),

assignments as (

    select * from {{ ref('int_core__identifier_assignments') }}
    where valid_to is null

),

merges as (

    select * from {{ ref('canonical_contact_merges') }}
    where unmerged_at > merged_at

),

parties as (

    select
        losers.person_key as loser_key,
        winners.person_key as winner_key,
        merges.merged_at,
        merges.unmerged_at
    from merges
    inner join identifiers as losers
        on losers.kind = 'contact'
        and merges.loser_system = losers.source_system
        and merges.loser_id = losers.identifier
    inner join identifiers as winners
        on winners.kind = 'contact'
        and merges.winner_system = winners.source_system
        and merges.winner_id = winners.identifier
    -- Something else may still link the two.
    where losers.person_key != winners.person_key

),

-- What came to the loser during the merge was the winner's from then on; what came later never was.
undone as (

    select
        assignments.node_no,
        parties.winner_key as person_key,
        parties.merged_at,
        greatest(parties.merged_at, coalesce(assignments.valid_from, parties.merged_at)) as valid_from,
        parties.unmerged_at as valid_to
    from parties
    inner join assignments on parties.loser_key = assignments.person_key
    where coalesce(assignments.valid_from, parties.merged_at) < parties.unmerged_at

)

select * from undone
