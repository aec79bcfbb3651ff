// SPDX-License-Identifier: GPL-3.0-or-later
#include "server/identity/projecttreejson.h"

#include "model/identity/tagstore.h"

#include <QJsonArray>

namespace nephele {

namespace {

using namespace Qt::StringLiterals;

constexpr int longestName = 64; // of projects and domains
constexpr int longestTag = 255;

const QStringList domainKeys { u"id"_s, u"name"_s, u"description"_s, u"enabled"_s, u"tags"_s, u"options"_s,
    u"explicit_domain_id"_s };
const QStringList projectKeys { u"id"_s, u"name"_s, u"description"_s, u"enabled"_s, u"tags"_s, u"options"_s,
    u"domain_id"_s, u"parent_id"_s, u"is_domain"_s, u"parents"_s, u"subtree"_s };

QStringList tagsFrom(JsonReader &json)
{
    QStringList tags;
    const auto given = json.optionalArray("tags"_L1, ProjectTagStore::mostTags);
    for (const QJsonValue &entry : given.value_or(QJsonArray())) {
        const QString tag = entry.toString();
        if (const auto wrong = wrongTag(tag))
            json.fail("tags"_L1, wrong->message);
        else if (tags.contains(tag))
            json.fail("tags"_L1, u"the same tag twice."_s);
        tags.append(tag);
    }
    return tags;
}

// Clients send {}; this cloud has no option of projects or domains to set.
void readOptions(JsonReader &json)
{
    if (auto options = json.optionalObject("options"_L1)) {
        if (options->json().value("immutable"_L1).toBool())
            options->fail("immutable"_L1, u"is not done here."_s);
        options->allowOnly({ u"immutable"_s });
        json.adopt(*options);
    }
}

std::optional<QString> textOrNull(JsonReader &json, QLatin1StringView key, int longest)
{
    if (json.has(key) && json.isNull(key))
        return QString();
    return json.optionalText(key, longest);
}

NewDomain readNewDomain(JsonReader &json, const QStringList &known)
{
    NewDomain wanted;
    wanted.name = json.text("name"_L1, longestName);
    wanted.description = json.optionalText("description"_L1, longestKeystoneText).value_or(QString());
    wanted.isEnabled = json.optionalFlag("enabled"_L1).value_or(true);
    readOptions(json);
    wanted.extras = extrasFromJson(json, known);
    return wanted;
}

Result<DomainChange> readDomainChange(const QByteArray &body, const QString &key, const QStringList &known)
{
    auto json = JsonReader::fromBody(body, key);
    if (!json)
        return json.error();
    DomainChange wanted;
    wanted.name = json->optionalText("name"_L1, longestName);
    wanted.description = textOrNull(*json, "description"_L1, longestKeystoneText);
    wanted.isEnabled = json->optionalFlag("enabled"_L1);
    readOptions(*json);
    wanted.extras = extrasFromJson(*json, known);
    if (const auto wrong = json->failure())
        return *wrong;
    return wanted;
}

void writeTags(JsonWriter &json, const QStringList &tags)
{
    json.key("tags").beginArray();
    for (const QString &tag : tags)
        json.value(tag);
    json.endArray();
}

void writeProjectMembers(JsonWriter &json, const TaggedProject &tagged, const KeystoneLinks &links)
{
    const Project &project = tagged.project;
    json.member("id", project.id.text()).member("name", project.name);
    json.member("domain_id", project.domain.id.text());
    json.member("parent_id", project.parent.isNull() ? project.domain.id.text() : project.parent.text());
    json.member("description", project.description).member("enabled", project.isEnabled);
    json.member("is_domain", false);
    writeTags(json, tagged.tags);
    json.key("options").beginObject().endObject();
    writeExtras(json, project.extras);
    writeSelfLink(json, links.v3("/projects/" + project.id.utf8()));
}

void writeAsList(JsonWriter &json, const QList<TaggedProject> &projects, const KeystoneLinks &links)
{
    json.beginArray();
    for (const TaggedProject &project : projects) {
        json.beginObject();
        writeProject(json.key("project"), project, links);
        json.endObject();
    }
    json.endArray();
}

// {"<parent>": {"<its parent>": {"<domain>": null}}}
void writeParentIds(JsonWriter &json, const TaggedProject &project, const QList<TaggedProject> &above)
{
    for (const TaggedProject &parent : above)
        json.beginObject().key(parent.project.id.text());
    json.beginObject().nullMember(project.project.domain.id.text()).endObject();
    for (qsizetype i = 0; i < above.size(); ++i)
        json.endObject();
}

// {"<child>": {"<its child>": null}, ...}; null without any.
void writeSubtreeIds(JsonWriter &json, const ProjectId &parent, const QList<TaggedProject> &below)
{
    bool isOpen = false;
    for (const TaggedProject &child : below) {
        if (child.project.parent != parent)
            continue;
        if (!isOpen)
            json.beginObject();
        isOpen = true;
        writeSubtreeIds(json.key(child.project.id.text()), child.project.id, below);
    }
    if (isOpen)
        json.endObject();
    else
        json.null();
}

} // namespace

std::optional<Error> wrongTag(const QString &tag)
{
    if (tag.isEmpty() || tag.size() > longestTag)
        return invalid(u"a tag has 1 to %1 characters."_s.arg(longestTag));
    if (tag.contains(u'/') || tag.contains(u',') || !tag.isValidUtf16())
        return invalid(u"a tag holds no slash and no comma."_s);
    for (const QChar c : tag) {
        if (c.category() == QChar::Other_Control)
            return invalid(u"a tag holds no control characters."_s);
    }
    return std::nullopt;
}

Result<NewDomain> newDomainFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"domain"_s);
    if (!json)
        return json.error();
    const NewDomain wanted = readNewDomain(*json, domainKeys);
    if (const auto wrong = json->failure())
        return *wrong;
    return wanted;
}

Result<DomainChange> domainChangeFromJson(const QByteArray &body)
{
    return readDomainChange(body, u"domain"_s, domainKeys);
}

Result<DomainChange> domainChangeFromProjectJson(const QByteArray &body)
{
    return readDomainChange(body, u"project"_s, projectKeys);
}

Result<std::optional<NewDomain>> newDomainFromProjectJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"project"_s);
    if (!json)
        return json.error();
    if (!json->optionalFlag("is_domain"_L1).value_or(false)) {
        if (const auto wrong = json->failure())
            return *wrong;
        return std::optional<NewDomain>();
    }
    for (const auto key : { "domain_id"_L1, "parent_id"_L1 }) {
        if (json->optionalText(key, longestKeystoneName))
            json->fail(key, u"a domain is below nothing."_s);
    }
    const NewDomain wanted = readNewDomain(*json, projectKeys);
    if (const auto wrong = json->failure())
        return *wrong;
    return std::optional(wanted);
}

Result<NewTreeProject> newProjectFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"project"_s);
    if (!json)
        return json.error();
    NewTreeProject wanted;
    wanted.project.name = json->text("name"_L1, longestName);
    wanted.project.description =
        json->optionalText("description"_L1, longestKeystoneText).value_or(QString());
    wanted.project.isEnabled = json->optionalFlag("enabled"_L1).value_or(true);
    wanted.domainId = json->optionalText("domain_id"_L1, longestKeystoneName);
    wanted.parentId = json->optionalText("parent_id"_L1, longestKeystoneName);
    wanted.tags = tagsFrom(*json);
    readOptions(*json);
    wanted.project.extras = extrasFromJson(*json, projectKeys);
    if (const auto wrong = json->failure())
        return *wrong;
    return wanted;
}

Result<TreeProjectChange> projectChangeFromJson(const QByteArray &body)
{
    auto json = JsonReader::fromBody(body, u"project"_s);
    if (!json)
        return json.error();
    TreeProjectChange wanted;
    wanted.change.name = json->optionalText("name"_L1, longestName);
    wanted.change.description = textOrNull(*json, "description"_L1, longestKeystoneText);
    wanted.change.isEnabled = json->optionalFlag("enabled"_L1);
    wanted.domainId = json->optionalText("domain_id"_L1, longestKeystoneName);
    wanted.parentId = json->optionalText("parent_id"_L1, longestKeystoneName);
    if (json->optionalFlag("is_domain"_L1).value_or(false))
        json->fail("is_domain"_L1, u"a project does not become a domain."_s);
    if (json->has("tags"_L1))
        wanted.tags = tagsFrom(*json);
    readOptions(*json);
    wanted.change.extras = extrasFromJson(*json, projectKeys);
    if (const auto wrong = json->failure())
        return *wrong;
    return wanted;
}

Result<QStringList> tagsFromJson(const QByteArray &body)
{
    const auto object = JsonReader::objectFromBody(body);
    if (!object)
        return object.error();
    JsonReader json(*object, {});
    if (!json.has("tags"_L1))
        json.fail("tags"_L1, u"this field is missing."_s);
    const QStringList tags = tagsFrom(json);
    if (const auto wrong = json.failure())
        return *wrong;
    return tags;
}

void writeDomain(JsonWriter &json, const DomainRecord &domain, const KeystoneLinks &links)
{
    json.beginObject();
    json.member("id", domain.domain.id.text()).member("name", domain.domain.name);
    json.member("description", domain.description).member("enabled", domain.domain.isEnabled);
    writeTags(json, {});
    json.key("options").beginObject().endObject();
    writeExtras(json, domain.extras);
    writeSelfLink(json, links.v3("/domains/" + domain.domain.id.utf8()));
    json.endObject();
}

void writeDomainAsProject(JsonWriter &json, const DomainRecord &domain, const KeystoneLinks &links)
{
    json.beginObject();
    json.member("id", domain.domain.id.text()).member("name", domain.domain.name);
    json.nullMember("domain_id").nullMember("parent_id");
    json.member("description", domain.description).member("enabled", domain.domain.isEnabled);
    json.member("is_domain", true);
    writeTags(json, {});
    json.key("options").beginObject().endObject();
    writeExtras(json, domain.extras);
    writeSelfLink(json, links.v3("/projects/" + domain.domain.id.utf8()));
    json.endObject();
}

void writeProject(JsonWriter &json, const TaggedProject &project, const KeystoneLinks &links)
{
    json.beginObject();
    writeProjectMembers(json, project, links);
    json.endObject();
}

QByteArray projectBody(const TaggedProject &project, const ProjectTree &tree, const KeystoneLinks &links)
{
    return itemBody("project", [&](JsonWriter &json) {
        json.beginObject();
        writeProjectMembers(json, project, links);
        if (tree.parents == ProjectTree::Form::List)
            writeAsList(json.key("parents"), tree.above, links);
        else if (tree.parents == ProjectTree::Form::Ids)
            writeParentIds(json.key("parents"), project, tree.above);
        if (tree.subtree == ProjectTree::Form::List)
            writeAsList(json.key("subtree"), tree.below, links);
        else if (tree.subtree == ProjectTree::Form::Ids)
            writeSubtreeIds(json.key("subtree"), project.project.id, tree.below);
        json.endObject();
    });
}

} // namespace nephele
