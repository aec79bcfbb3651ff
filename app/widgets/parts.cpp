// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/widgets/parts.h"

#include "app/widgets/elidedlabel.h"
#include "app/widgets/paragraph.h"

#include <QAction>
#include <QLineEdit>
#include <QScrollArea>
#include <QStyle>

namespace nephele {

static QString toneName(Tone tone)
{
    switch (tone) {
    case Tone::Text:
        break;
    case Tone::Muted:
        return QStringLiteral("muted");
    case Tone::Faint:
        return QStringLiteral("faint");
    case Tone::Accent:
        return QStringLiteral("accent");
    case Tone::Ok:
        return QStringLiteral("ok");
    case Tone::Warn:
        return QStringLiteral("warn");
    case Tone::Error:
        return QStringLiteral("error");
    case Tone::Busy:
        return QStringLiteral("busy");
    }
    return {};
}

static QString kindName(ButtonKind kind)
{
    switch (kind) {
    case ButtonKind::Plain:
        break;
    case ButtonKind::Primary:
        return QStringLiteral("primary");
    case ButtonKind::Quiet:
        return QStringLiteral("quiet");
    case ButtonKind::Link:
        return QStringLiteral("link");
    case ButtonKind::Danger:
        return QStringLiteral("danger");
    case ButtonKind::Segment:
        return QStringLiteral("segment");
    case ButtonKind::Chip:
        return QStringLiteral("chip");
    }
    return {};
}

static QString groundName(Ground ground)
{
    switch (ground) {
    case Ground::Sunken:
        return QStringLiteral("sunken");
    case Ground::Surface:
        return QStringLiteral("surface");
    case Ground::Raised:
        return QStringLiteral("raised");
    case Ground::Card:
        return QStringLiteral("card");
    case Ground::Warn:
        return QStringLiteral("warn");
    case Ground::Error:
        return QStringLiteral("error");
    case Ground::Accent:
        return QStringLiteral("accent");
    case Ground::Key:
        return QStringLiteral("key");
    case Ground::Segments:
        return QStringLiteral("segments");
    }
    return {};
}

void restyle(QWidget *widget)
{
    if (!widget->testAttribute(Qt::WA_WState_Polished))
        return; // the first polish will see the property
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
}

void setTone(QWidget *label, Tone tone)
{
    label->setProperty("tone", toneName(tone));
    restyle(label);
}

QLabel *makeLabel(const QString &text, Type type, Tone tone)
{
    auto *label = new QLabel(text);
    label->setTextFormat(Qt::PlainText); // names come from users; none of them is markup
    setType(label, type);
    setTone(label, tone);
    return label;
}

ElidedLabel *makeElided(const QString &text, Type type, Tone tone)
{
    auto *label = new ElidedLabel(text);
    setType(label, type);
    setTone(label, tone);
    return label;
}

Paragraph *makeParagraph(const QString &text, Type type, Tone tone)
{
    auto *label = new Paragraph(text);
    setType(label, type);
    setTone(label, tone);
    return label;
}

static void setKind(QWidget *button, ButtonKind kind)
{
    button->setProperty("kind", kindName(kind));
    restyle(button);
}

static Ink inkOn(ButtonKind kind)
{
    return kind == ButtonKind::Primary || kind == ButtonKind::Danger ? Ink::OnAccent : Ink::Text;
}

QPushButton *makeButton(const QString &text, ButtonKind kind, const QString &iconName)
{
    auto *button = new QPushButton(text);
    setKind(button, kind);
    button->setAutoDefault(false);
    fitIcon(button);
    if (!iconName.isEmpty())
        button->setIcon(icon(iconName, inkOn(kind)));
    return button;
}

QToolButton *makeToolButton(const QString &iconName, const QString &tip)
{
    auto *button = new QToolButton;
    button->setIcon(icon(iconName, Ink::Text));
    fitIcon(button);
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setFocusPolicy(Qt::StrongFocus);
    return button;
}

void bindAction(QPushButton *button, QAction *action)
{
    const auto show = [button, action] {
        button->setText(action->text());
        // The icon of an action is tinted as text; a primary button has one on its own ground.
        if (!action->icon().isNull() && button->property("kind") != kindName(ButtonKind::Primary))
            button->setIcon(action->icon());
        button->setEnabled(action->isEnabled());
        button->setToolTip(action->toolTip() == action->text() ? QString() : action->toolTip());
        // Shown without a parent it would be a window of its own; its parent will show it.
        if (button->parentWidget() || !action->isVisible())
            button->setVisible(action->isVisible());
    };
    show();
    QObject::connect(action, &QAction::changed, button, show);
    QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
}

QPushButton *makeActionButton(QAction *action, ButtonKind kind)
{
    auto *button = makeButton(action->text(), kind);
    bindAction(button, action);
    return button;
}

QPushButton *makeChip(const QString &text)
{
    auto *chip = makeButton(text, ButtonKind::Chip);
    chip->setCheckable(true);
    return chip;
}

// As wide as its placeholder wants, whatever the font; a plain field would be 17 letters.
class FilterField : public QLineEdit
{
public:
    QSize sizeHint() const override { return { Theme::px(240), QLineEdit::sizeHint().height() }; }
    QSize minimumSizeHint() const override { return { Theme::px(120), QLineEdit::sizeHint().height() }; }
};

QLineEdit *makeFilterField(const QString &placeholder)
{
    auto *field = new FilterField;
    field->setObjectName(QStringLiteral("filter"));
    field->setPlaceholderText(placeholder);
    field->setAccessibleName(placeholder);
    field->addAction(icon(QStringLiteral("view-filter")), QLineEdit::LeadingPosition);
    field->setClearButtonEnabled(true);
    field->setSizePolicy(QSizePolicy::Maximum, QSizePolicy::Fixed);
    return field;
}

void setGround(QWidget *frame, Ground ground)
{
    frame->setProperty("ground", groundName(ground));
    restyle(frame);
}

QFrame *makeGround(Ground ground)
{
    auto *frame = new QFrame;
    setGround(frame, ground);
    return frame;
}

QFrame *makeRule(Qt::Orientation orientation)
{
    auto *rule = new QFrame;
    rule->setProperty("rule", orientation == Qt::Horizontal ? QStringLiteral("h") : QStringLiteral("v"));
    return rule;
}

QFrame *makeKeyCap(const QString &keys)
{
    QFrame *cap = makeGround(Ground::Key);
    auto *row = makeRow(cap);
    row->setContentsMargins(6, 1, 6, 1);
    row->addWidget(makeLabel(keys, Type::Caption, Tone::Muted));
    return cap;
}

QScrollArea *makeScrolled(QWidget *content)
{
    auto *area = new QScrollArea;
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    content->setAutoFillBackground(false);
    area->viewport()->setAutoFillBackground(false);
    return area;
}

QVBoxLayout *makeColumn(QWidget *widget, int margin, int spacing)
{
    auto *column = widget ? new QVBoxLayout(widget) : new QVBoxLayout;
    column->setContentsMargins(margin, margin, margin, margin);
    column->setSpacing(spacing);
    return column;
}

QHBoxLayout *makeRow(QWidget *widget, int margin, int spacing)
{
    auto *row = widget ? new QHBoxLayout(widget) : new QHBoxLayout;
    row->setContentsMargins(margin, margin, margin, margin);
    row->setSpacing(spacing);
    return row;
}

} // namespace nephele
