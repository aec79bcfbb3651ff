// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/project/projectjson.h"

#include "model/base/clock.h"
#include "server/http/jsonreader.h"
#include "server/http/jsonwriter.h"

#include <QRegularExpression>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int longestName = 80;
constexpr int longestHomepage = 255;
constexpr int longestText = 4096;
constexpr int longestUser = 255;

// Labels of letters, digits and inner hyphens; the last one two to six letters.
bool isDomainLike(const QString &name)
{
    static const QRegularExpression form(u"\\A(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.)+[a-z]{2,6}\\z"_s,
        QRegularExpression::CaseInsensitiveOption);
    return form.match(name).hasMatch();
}

std::optional<qint64> date(JsonReader &json, QLatin1StringView key)
{
    const auto text = json.optionalText(key, 64);
    if (!text)
        return std::nullopt;
    const auto instant = instantFromIso(*text);
    if (!instant)
        json.fail(key, u"must be an ISO 8601 date."_s);
    return instant;
}

std::optional<JoiningPolicy> policy(JsonReader &json, QLatin1StringView key)
{
    const auto text = json.optionalText(key, longestUser);
    if (!text)
        return std::nullopt;
    const auto known = joiningPolicyFrom(*text);
    if (!known)
        json.fail(key, u"must be auto, moderated or closed."_s);
    return known;
}

std::optional<UserId> user(JsonReader &json, QLatin1StringView key)
{
    const auto text = json.optionalText(key, longestUser);
    if (!text)
        return std::nullopt;
    const auto id = UserId::fromText(*text);
    if (!id)
        json.fail(key, u"must be the uuid of a user."_s);
    return id;
}

// "20", "2K", "1 MB", "inf": a count as people write it.
std::optional<qint64> countFromText(const QString &text)
{
    static const QRegularExpression form(
        u"\\A(\\d{1,19}) ?(?:([KMGT])?(?:i?B)?|bytes)\\z"_s, QRegularExpression::CaseInsensitiveOption);
    if (text == "inf"_L1 || text == "infinite"_L1)
        return endless;
    const auto match = form.match(text);
    if (!match.hasMatch())
        return std::nullopt;
    const qsizetype power =
        match.captured(2).isEmpty() ? 0 : 1 + QStringView(u"KMGT").indexOf(match.captured(2).toUpper());
    bool ok = false;
    const qint64 number = match.captured(1).toLongLong(&ok);
    const qint64 factor = qint64(1) << (10 * power);
    if (!ok || number > endless / factor)
        return std::nullopt;
    return number * factor;
}

std::optional<qint64> count(JsonReader &json, QLatin1StringView key)
{
    if (!json.json().value(key).isString())
        return json.optionalInteger(key);
    const auto number = countFromText(json.text(key, 64));
    if (!number)
        json.fail(key, u"must be an integer, perhaps with K, M, G or T, or inf."_s);
    return number;
}

QList<ResourceCapacity> capacities(JsonReader &json, QLatin1StringView key)
{
    auto resources = json.optionalObject(key);
    if (!resources)
        return {};
    QList<ResourceCapacity> wanted;
    for (const QString &name : resources->json().keys()) {
        const QByteArray latin = name.toLatin1();
        JsonReader one = resources->object(QLatin1StringView(latin));
        ResourceCapacity capacity { name, one.integer("project_capacity"_L1),
            one.integer("member_capacity"_L1) };
        if (capacity.ofMember > capacity.ofProject)
            one.fail("member_capacity"_L1, u"must not be more than project_capacity."_s);
        resources->adopt(one);
        wanted.append(capacity);
    }
    json.adopt(*resources);
    return wanted;
}

// The one member of the body; nothing when it has none or several.
std::optional<QString> onlyKey(const QJsonObject &object)
{
    return object.size() == 1 ? std::optional(object.begin().key()) : std::nullopt;
}

void writePolicies(JsonWriter &json, const ProjectTerms &terms)
{
    json.member("join_policy", wordOf(terms.joining)).member("leave_policy", wordOf(terms.leaving));
    json.member("max_members", terms.mostMembers).member("private", terms.isPrivate);
}

void writeOwner(JsonWriter &json, const ProjectTerms &terms)
{
    if (terms.owner)
        json.member("owner", terms.owner->text());
    else
        json.nullMember("owner");
}

void writeResources(JsonWriter &json, const QList<ResourceCapacity> &capacities)
{
    json.key("resources").beginObject();
    for (const ResourceCapacity &capacity : capacities) {
        json.key(capacity.resource).beginObject();
        json.member("member_capacity", capacity.ofMember).member("project_capacity", capacity.ofProject);
        json.endObject();
    }
    json.endObject();
}

// What it does not ask for is shown as it is.
void writeApplication(JsonWriter &json, const ProjectApplication &application, const ProjectTerms &present)
{
    const ProjectWish &wish = application.wish;
    const ProjectTerms terms = wish.appliedTo(present);
    json.key("last_application").beginObject();
    json.member("id", application.number.value()).member("state", wordOf(application.state));
    json.member("name", terms.name);
    writeOwner(json, terms);
    json.member("applicant", application.applicant.text());
    json.member("homepage", terms.homepage).member("description", terms.description);
    json.member("comments", wish.comments);
    if (wish.startAtMs)
        json.member("start_date", isoOffset(*wish.startAtMs));
    else
        json.nullMember("start_date");
    json.member("end_date", isoOffset(terms.endAtMs));
    writePolicies(json, terms);
    writeResources(json, wish.capacities);
    json.endObject();
}

void write(JsonWriter &json, const ShownProject &shown)
{
    const ProjectRecord &project = shown.project;
    const ProjectTerms &terms = project.terms;
    json.beginObject();
    json.member("id", project.id.text()).member("state", wordOf(project.state));
    json.member("creation_date", isoOffset(project.createdAtMs)).member("name", terms.name);
    writeOwner(json, terms);
    json.member("homepage", terms.homepage).member("description", terms.description);
    json.member("end_date", isoOffset(terms.endAtMs));
    writePolicies(json, terms);
    json.member("system_project", project.isSystem);
    writeResources(json, shown.resources);
    if (shown.application)
        writeApplication(json, *shown.application, terms);
    if (shown.showsDeactivation && project.deactivatedAtMs)
        json.member("deactivation_date", isoOffset(*project.deactivatedAtMs));
    json.endObject();
}

void write(JsonWriter &json, const ShownMembership &shown)
{
    const ProjectMembership &membership = shown.membership;
    json.beginObject();
    json.member("id", membership.number.value()).member("user", membership.user.text());
    json.member("project", membership.project.text()).member("state", wordOf(membership.state));
    for (auto date = membership.datesMs.cbegin(); date != membership.datesMs.cend(); ++date)
        json.member(wordOf(date.key()), isoOffset(date.value()));
    json.key("allowed_actions").beginArray();
    for (const MembershipAction action : shown.allowed)
        json.value(wordOf(action));
    json.endArray().endObject();
}

template <class Shown>
QByteArray listJson(const QList<Shown> &shown)
{
    JsonWriter json(768 * (shown.size() + 1));
    json.beginArray();
    for (const Shown &one : shown)
        write(json, one);
    json.endArray();
    return std::move(json).bytes();
}

} // namespace

Result<ProjectWish> projectWishFromJson(const QByteArray &body, WishKind kind)
{
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return object.error();
    JsonReader json(*object, {});
    const bool isNew = kind == WishKind::New;
    ProjectWish wish;
    wish.name = isNew ? json.text("name"_L1, longestName) : json.optionalText("name"_L1, longestName);
    if (wish.name && !isDomainLike(*wish.name))
        json.fail("name"_L1, u"must look like a domain name, such as lab.example.org."_s);
    wish.owner = user(json, "owner"_L1);
    wish.homepage = json.optionalText("homepage"_L1, longestHomepage);
    wish.description = json.optionalText("description"_L1, longestText);
    wish.comments = json.optionalText("comments"_L1, longestText).value_or(QString());
    wish.startAtMs = date(json, "start_date"_L1);
    wish.endAtMs = date(json, "end_date"_L1);
    if (isNew && !wish.endAtMs)
        json.fail("end_date"_L1, u"this field is missing."_s);
    if (wish.startAtMs && wish.endAtMs && *wish.startAtMs >= *wish.endAtMs)
        json.fail("end_date"_L1, u"must be after start_date."_s);
    wish.joining = policy(json, "join_policy"_L1);
    wish.leaving = policy(json, "leave_policy"_L1);
    wish.mostMembers = count(json, "max_members"_L1);
    wish.isPrivate = json.optionalFlag("private"_L1);
    wish.capacities = capacities(json, "resources"_L1);
    if (const auto wrong = json.failure())
        return *wrong;
    return wish;
}

Result<ProjectStep> projectStepFromJson(const QByteArray &body)
{
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return object.error();
    const auto word = onlyKey(*object);
    const auto action = word ? projectActionFrom(*word) : std::nullopt;
    if (!action)
        return invalid(u"The body must name exactly one action on a project."_s);
    if (!object->value(*word).isObject())
        return invalid(u"%1: must be an object."_s.arg(*word));
    JsonReader json(object->value(*word).toObject(), *word);
    ProjectStep step;
    step.action = *action;
    step.reason = json.optionalText("reason"_L1, longestText).value_or(QString());
    if (isDecision(*action))
        step.application = ApplicationNumber(json.integer("app_id"_L1));
    if (const auto wrong = json.failure())
        return *wrong;
    return step;
}

Result<MembershipWish> membershipWishFromJson(const QByteArray &body)
{
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return object.error();
    const auto word = onlyKey(*object);
    if (word != "join"_L1 && word != "enroll"_L1)
        return invalid(u"The body must hold either join or enroll."_s);
    if (!object->value(*word).isObject())
        return invalid(u"%1: must be an object."_s.arg(*word));
    JsonReader json(object->value(*word).toObject(), *word);
    MembershipWish wish;
    wish.project = json.text("project"_L1, longestUser);
    if (word == "enroll"_L1)
        wish.userName = json.text("user"_L1, longestUser);
    if (const auto wrong = json.failure())
        return *wrong;
    return wish;
}

Result<MembershipAction> membershipStepFromJson(const QByteArray &body)
{
    using Action = MembershipAction;
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return object.error();
    const auto word = onlyKey(*object);
    const auto action = word ? membershipActionFrom(*word) : std::nullopt;
    // Suspending is the operator's, and joining goes another way.
    if (!action || *action < Action::Accept || *action > Action::Remove)
        return invalid(u"The body must name exactly one action on a membership."_s);
    JsonReader json(*object, {});
    const QByteArray key = word->toLatin1();
    (void)json.text(QLatin1StringView(key), longestText, 0);
    if (const auto wrong = json.failure())
        return *wrong;
    return *action;
}

Result<QString> defaultProjectFromJson(const QByteArray &body)
{
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return object.error();
    if (!object->contains("project_id"_L1))
        return forbidden(u"project_id: this field is missing."_s);
    JsonReader json(*object, {});
    const QString id = json.text("project_id"_L1, longestUser);
    if (const auto wrong = json.failure())
        return *wrong;
    return id;
}

QByteArray projectJson(const ShownProject &shown)
{
    JsonWriter json(2048);
    write(json, shown);
    return std::move(json).bytes();
}

QByteArray projectsJson(const QList<ShownProject> &shown)
{
    return listJson(shown);
}

QByteArray submittedJson(const SubmittedApplication &submitted)
{
    JsonWriter json;
    json.beginObject();
    json.member("id", submitted.project.text()).member("application", submitted.number.value());
    json.endObject();
    return std::move(json).bytes();
}

QByteArray membershipJson(const ShownMembership &shown)
{
    JsonWriter json;
    write(json, shown);
    return std::move(json).bytes();
}

QByteArray membershipsJson(const QList<ShownMembership> &shown)
{
    return listJson(shown);
}

QByteArray membershipNumberJson(MembershipNumber number)
{
    JsonWriter json;
    json.beginObject().member("id", number.value()).endObject();
    return std::move(json).bytes();
}

} // namespace nephele
