"""Deals of a few rows, each a way to be told too early what comes after 15 January 2026."""

# The deals as they are on the last day, and how they came to be so.
DEALS = """deal_id,stage,created_at,pipeline,amount,closed_at,is_won,owner,probability,close_date_expected
late,contract_sent,2025-11-01T09:00:00Z,default,100,,,Ann,,2026-05-01
closing_only,won,2025-11-01T09:00:00Z,default,200,2026-02-01T09:00:00Z,true,Ann,,
reopened,won,2025-11-01T09:00:00Z,default,300,2026-03-01T09:00:00Z,true,Ann,,
moved,qualified_to_buy,2025-11-01T09:00:00Z,partners,400,,,Zoe,,
at_midnight,won,2025-11-01T09:00:00Z,default,500,2026-01-15T00:00:00Z,true,Ann,,
dated_later,won,2025-11-01T09:00:00Z,default,600,2026-02-10T09:00:00Z,true,Ann,,
record_closes,lost,2025-11-01T09:00:00Z,default,650,2026-02-10T09:00:00Z,false,Ann,,
unmapped,Trial,2025-11-01T09:00:00Z,,700,,,,,
same_day,presentation_scheduled,2026-01-10T09:00:00Z,default,800,,,Ann,,
"""
STAGES = """deal_id,stage,entered_at
late,qualified_to_buy,2026-02-01T09:00:00Z
late,contract_sent,2026-02-03T09:00:00Z
closing_only,won,2026-02-01T09:00:00Z
reopened,appointment_scheduled,2025-11-01T09:00:00Z
reopened,lost,2026-01-05T09:00:00Z
reopened,qualified_to_buy,2026-02-05T09:00:00Z
reopened,won,2026-03-01T09:00:00Z
moved,appointment_scheduled,2025-11-01T09:00:00Z
moved,qualified_to_buy,2026-01-15T00:00:00Z
at_midnight,contract_sent,2025-11-01T09:00:00Z
at_midnight,won,2026-01-15T00:00:00Z
dated_later,contract_sent,2025-11-01T09:00:00Z
dated_later,won,2026-01-10T09:00:00Z
record_closes,contract_sent,2025-11-01T09:00:00Z
unmapped,appointment_scheduled,2025-11-01T09:00:00Z
unmapped,Trial,2026-01-10T09:00:00Z
same_day,appointment_scheduled,2026-01-10T09:00:00Z
same_day,qualified_to_buy,2026-01-10T10:00:00Z
same_day,presentation_scheduled,2026-01-10T10:00:00Z
"""
FIELDS = """deal_id,field,value,changed_at
moved,pipeline,default,2025-11-01T09:00:00Z
moved,pipeline,partners,2026-01-10T09:00:00Z
moved,owner,Ann,2025-11-01T09:00:00Z
moved,owner,Zoe,2026-02-10T09:00:00Z
moved,amount,350,2025-11-01T09:00:00Z
moved,amount,,2026-01-12T09:00:00Z
moved,amount,400,2026-02-20T09:00:00Z
late,amount,90,2026-02-20T09:00:00Z
late,amount,100,2026-02-21T09:00:00Z
same_day,amount,700,2026-01-10T10:00:00Z
same_day,amount,800,2026-01-10T11:00:00Z
dated_later,close_date_expected,2026-02-01,2025-11-01T09:00:00Z
dated_later,close_date_expected,2026-03-01,2026-01-20T09:00:00Z
"""
FILES = {"deals": DEALS, "deal_stage_history": STAGES, "deal_field_history": FIELDS}
