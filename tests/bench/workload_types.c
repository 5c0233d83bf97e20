/* The five types of pack.json, for those who need their fields without a pack
 * reader. */
#include "workload.h"

#define TEXT(name) { name, WORKLOAD_TEXT, 0 }
#define INT(name) { name, WORKLOAD_INT, 0 }
#define MONEY(name) { name, WORKLOAD_MONEY, 0 }
#define YEAR(name) { name, WORKLOAD_YEAR, 0 }
#define DECIMAL(name, scale) { name, WORKLOAD_DECIMAL, scale }
#define DATE(name) { name, WORKLOAD_DATE, 0 }
#define MONTH(name) { name, WORKLOAD_MONTH, 0 }
#define BOOL(name) { name, WORKLOAD_BOOL, 0 }
#define CHOICE(name) { name, WORKLOAD_CHOICE, 0 }
#define REF(name) { name, WORKLOAD_REF, 0 }
#define END { NULL, WORKLOAD_TEXT, 0 }

const struct workload_type workload_types[WORKLOAD_TYPES] = {
	{ "staff", {
		TEXT("full_name"), CHOICE("sex"), DATE("birth"), CHOICE("ethnic"), TEXT("cccd"),
		TEXT("phone"), CHOICE("post_kind"), TEXT("position"), CHOICE("level"),
		TEXT("discipline"), TEXT("school"), DATE("party_on"), DATE("joined_on"),
		DECIMAL("coefficient", 2), TEXT("home"), CHOICE("status"), TEXT("note"), END } },
	{ "need", {
		YEAR("plan_year"), CHOICE("policy"), TEXT("discipline"), CHOICE("level"),
		TEXT("position"), INT("posts_assigned"), INT("posts_present"), INT("count"),
		REF("person"), TEXT("reason"), MONEY("cost"), MONTH("from"), CHOICE("mode"),
		BOOL("urgent"), TEXT("doc_number"), DATE("doc_date"), END } },
	{ "bonus", {
		REF("person"), YEAR("year"), INT("quarter"), CHOICE("kind"), TEXT("achievement"),
		CHOICE("rank"), DATE("achieved_on"), TEXT("issuer"), CHOICE("lang"),
		TEXT("cert_no"), DATE("issued_on"), DATE("expires_on"), MONEY("amount"),
		TEXT("doc_number"), DATE("doc_date"), TEXT("note"), END } },
	{ "evaluation", {
		REF("person"), YEAR("year"), CHOICE("self_rating"), CHOICE("rating"),
		DECIMAL("score", 1), TEXT("result"), TEXT("strengths"), TEXT("limits"),
		BOOL("talent"), TEXT("grounds"), DATE("council_on"), TEXT("minutes_no"),
		INT("votes_for"), INT("votes_total"), TEXT("remark"), END } },
	{ "report", {
		CHOICE("kind"), YEAR("year"), TEXT("period"), TEXT("doc_number"), DATE("doc_date"),
		TEXT("signer"), TEXT("signer_title"), DATE("cutoff"), INT("staff_total"),
		INT("studying"), MONEY("bonus_total"), TEXT("leadership"), TEXT("spread"),
		TEXT("results"), TEXT("limits"), TEXT("causes"), TEXT("proposals"), TEXT("next"),
		END } },
};
